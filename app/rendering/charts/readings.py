"""What the sources say a figure is, on a scale of powers of ten."""

from collections.abc import Callable
from decimal import Decimal

from app.charts.strip import Reading, draw_strip
from app.queries.figures import FigureCard, ReadingLine
from app.rendering.addresses import Addresses
from app.rendering.charts.frame import MIDDLE, NARROW, Basis, Cell, Chart, Column, Row, place_of
from app.rendering.formats import format_amount, format_incomplete_date, format_number
from app.rendering.labels import label
from app.rendering.translations import translations
from app.vocabulary import FALLEN, Rank


def present_readings(card: FigureCard, day: str, to: Addresses) -> Chart | None:
    """The readings of a figure; ``None`` where they have no place on such a scale. ``day`` is the day of the view."""
    words = translations(to.language)

    def write(value: Decimal) -> str:
        return format_amount(value, card.unit, card.currency, to.language)

    readings = []
    for each in card.readings:
        text = _value(each, write(each.value), write(each.upper) if each.upper is not None else "", to)
        fallen = _fallen(each, to)
        parts = (text, each.measure_name, format_incomplete_date(each.as_of, to.language), fallen)
        name = f"{each.publisher}: {', '.join(filter(None, parts))}"
        href = f"{to.figure(card.id)}#reading-{card.id}-{each.id}"
        readings.append(Reading(each.id, each.value, each.upper, each.bound, each.publisher, text, href, name, fallen))
    series = words.gettext("Readings")
    drawings = [draw_strip(readings, series=series, write=write, width=width) for width in (NARROW, MIDDLE)]
    found = tuple(each for each in drawings if each)
    if not found:
        return None
    basis = words.ngettext(
        "%(count)s reading of this figure, as of %(day)s",
        "%(count)s readings of this figure, as of %(day)s",
        len(readings),
    ) % {"count": format_number(len(readings), to.language), "day": day}
    return Chart(
        name=f"readings-{card.id}",
        title=_title(card, write, to),
        reading=_how_to_read(card, to),
        basis=Basis(basis, to.figure(card.id)),
        place=place_of(f"readings-{card.id}", to),
        columns=(
            Column("source", words.gettext("Source")),
            Column("value", words.gettext("Value"), number=True),
            Column("upper", words.gettext("Up to"), number=True),
            Column("bound", words.gettext("Bound")),
            Column("measure", words.gettext("Measure")),
            Column("condition", words.gettext("Condition")),
            Column("as_of", words.gettext("As of")),
            Column("claim", words.gettext("Claim")),
            Column("status", words.gettext("Status")),
            Column("rank", words.gettext("Rank")),
        ),
        rows=tuple(_row(each, card, to) for each in card.readings),
        drawings=found,
    )


def _fallen(reading: ReadingLine, to: Addresses) -> str:
    """What became of a reading whose claim is deprecated: contradicted, superseded or set aside; else nothing."""
    if reading.claim_rank != Rank.DEPRECATED:
        return ""
    if reading.claim_status in FALLEN:
        return label("status", reading.claim_status, to.language)
    return label("rank", reading.claim_rank, to.language)


def _how_to_read(card: FigureCard, to: Addresses) -> str:
    words = translations(to.language)
    said = words.gettext(
        "One row for each reading. An arrow leads towards what a bound leaves open; a ring means “about”."
    )
    fallen = sum(each.claim_rank == Rank.DEPRECATED for each in card.readings)
    if not fallen:
        return said
    more = words.ngettext(
        "A cross marks %(count)s reading that no longer stands, with what became of it.",
        "A cross marks %(count)s readings that no longer stand, with what became of each.",
        fallen,
    ) % {"count": format_number(fallen, to.language)}
    return f"{said} {more}"


def _value(reading: ReadingLine, value: str, upper: str, to: Addresses) -> str:
    bound = "" if reading.bound == "exact" else label("bound", reading.bound, to.language) + " "
    return f"{bound}{value} – {upper}" if upper else f"{bound}{value}"


def _title(card: FigureCard, write: Callable[[Decimal], str], to: Addresses) -> str:
    """The extremes and how far apart they are; that no two differ, where that is so."""
    words = translations(to.language)
    low = min(each.value for each in card.readings)
    high = max(each.upper or each.value for each in card.readings)
    if low == high:
        return words.ngettext(
            "%(name)s: the one reading says %(value)s",
            "%(name)s: all %(count)s readings say %(value)s",
            len(card.readings),
        ) % {
            "name": card.name,
            "count": format_number(len(card.readings), to.language),
            "value": write(low),
        }
    return words.gettext("%(name)s: from %(low)s to %(high)s, the highest %(ratio)s times the lowest") % {
        "name": card.name,
        "low": write(low),
        "high": write(high),
        "ratio": format_number(round(high / low, 1), to.language),
    }


def _row(each: ReadingLine, card: FigureCard, to: Addresses) -> Row:
    def amount(value: Decimal | None) -> Cell:
        if value is None:
            return Cell("", "")
        return Cell(f"{value:f}", format_amount(value, card.unit, card.currency, to.language))

    anchor = "" if each.locator == "whole" else f"locator-{each.locator}"
    return Row(
        each.id,
        (
            Cell(each.source, each.publisher, to.source(each.source, anchor)),
            amount(each.value),
            amount(each.upper),
            Cell(each.bound, label("bound", each.bound, to.language)),
            Cell(each.measure, each.measure_name),
            Cell(each.condition, each.condition_name),
            Cell(each.as_of, format_incomplete_date(each.as_of, to.language)),
            Cell(each.claim, each.claim, to.claim(each.claim)),
            Cell(each.claim_status, label("status", each.claim_status, to.language)),
            Cell(each.claim_rank, label("rank", each.claim_rank, to.language)),
        ),
        struck=bool(_fallen(each, to)),
    )
