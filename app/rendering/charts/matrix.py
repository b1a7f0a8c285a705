"""What each scenario would mean in each impact area, and how firm that is."""

from collections.abc import Sequence

from app.charts.matrix import Cell as Drawn
from app.charts.matrix import Key, Line, draw_matrix
from app.queries.scenarios import AreaLine, ImpactCell, ScenarioCard
from app.rendering.addresses import Addresses
from app.rendering.charts.frame import MIDDLE, NARROW, Basis, Cell, Chart, Column, Row, place_of
from app.rendering.formats import format_number
from app.rendering.labels import label
from app.rendering.translations import translations
from app.vocabulary import Direction, Firmness, Strength


def present_matrix(scenarios: Sequence[ScenarioCard], areas: Sequence[AreaLine], day: str, to: Addresses) -> Chart:
    """The matrix of scenarios and impact areas; ``day`` is the day of the view, as it is written."""
    words = translations(to.language)
    lines = tuple(
        Line(each.id, each.name, tuple(_draw(each, cell, areas, to) for cell in each.impacts)) for each in scenarios
    )
    legend = [Key(each, "", label("firmness", each, to.language)) for each in Firmness]
    legend += [Key(Firmness.NOTHING, each, label("strength", each, to.language)) for each in Strength]
    cells = [cell for each in scenarios for cell in each.impacts]
    claims = {claim.id for cell in cells for claim in cell.claims}
    basis = words.ngettext(
        "%(count)s claim that the cells rest on, as of %(day)s",
        "%(count)s claims that the cells rest on, as of %(day)s",
        len(claims),
    ) % {
        "count": format_number(len(claims), to.language),
        "day": day,
    }
    return Chart(
        name="scenarios",
        title=_title(cells, to),
        reading=words.gettext(
            "An arrow for the direction, a stroke more for each degree of strength; the ground "
            "says how firm it is. A cell leads to its reasoning and its claims."
        ),
        basis=Basis(basis, to.page("/scenarios")),
        place=place_of("scenarios", to),
        columns=(
            Column("scenario", words.gettext("Scenario")),
            Column("area", words.gettext("Impact area")),
            Column("direction", words.gettext("Direction")),
            Column("strength", words.gettext("Strength")),
            Column("horizon", words.gettext("Time")),
            Column("firmness", words.gettext("Firmness")),
            Column("claims", words.gettext("Claims"), number=True),
        ),
        rows=tuple(_row(each, cell, areas, to) for each in scenarios for cell in each.impacts),
        drawings=tuple(
            draw_matrix(lines, [each.name for each in areas], legend, width=width) for width in (NARROW, MIDDLE)
        ),
    )


def _title(cells: Sequence[ImpactCell], to: Addresses) -> str:
    words = translations(to.language)
    numbers = {
        "whole": len(cells),
        "observed": sum(cell.firmness == Firmness.OBSERVED for cell in cells),
        "reasoned": sum(cell.firmness == Firmness.REASONED for cell in cells),
        "nothing": sum(cell.firmness == Firmness.NOTHING for cell in cells),
        "strength": sum(cell.strength != Strength.NOT_STATED for cell in cells),
    }
    sentence = words.gettext(
        "Of %(whole)s possible effects %(observed)s are observed and %(reasoned)s reasoned; "
        "nothing is on file for %(nothing)s, and a strength is stated for %(strength)s"
    )
    return sentence % {name: format_number(number, to.language) for name, number in numbers.items()}


def _draw(scenario: ScenarioCard, cell: ImpactCell, areas: Sequence[AreaLine], to: Addresses) -> Drawn:
    language = to.language
    area = next(each.name for each in areas if each.id == cell.area)
    direction, strength = label("direction", cell.direction, language), label("strength", cell.strength, language)
    firmness = label("firmness", cell.firmness, language)
    known = cell.firmness != Firmness.NOTHING
    short = direction if not known or cell.strength == Strength.NOT_STATED else f"{direction}, {strength}"
    return Drawn(
        key=cell.id,
        area=cell.area,
        value=cell.direction,
        direction=cell.direction if known else Direction.NOT_STATED,
        strength=cell.strength,
        firmness=cell.firmness,
        label=short if known else firmness,
        href=to.scenario(cell.scenario, f"impact-{cell.id}"),
        name=", ".join((scenario.name, area, f"{direction} ({strength})", firmness)),
    )


def _row(scenario: ScenarioCard, cell: ImpactCell, areas: Sequence[AreaLine], to: Addresses) -> Row:
    area = next(each.name for each in areas if each.id == cell.area)
    words = [(kind, getattr(cell, kind)) for kind in ("direction", "strength", "horizon", "firmness")]
    return Row(
        cell.id,
        (
            Cell(cell.scenario, scenario.name, to.scenario(cell.scenario)),
            Cell(cell.area, area, to.area(cell.area)),
            *(Cell(value, label(kind, value, to.language)) for kind, value in words),
            Cell(str(len(cell.claims)), format_number(len(cell.claims), to.language)),
        ),
    )
