"""Developments and the status of each issue over time, as a chart that follows the filter of the timeline."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from babel.dates import get_month_names
from msgspec.structs import replace

from app.charts.scale import Scale, choose_scale
from app.charts.timeline import Event, Key, Lane, Step, Tick, draw_timeline
from app.dates import IncompleteDate
from app.filters import Filter
from app.queries.developments import DevelopmentEntry
from app.queries.issues import Standing
from app.rendering.addresses import Addresses
from app.rendering.charts.frame import MIDDLE, NARROW, WIDE, Basis, Cell, Chart, Column, Row, place_of
from app.rendering.formats import format_day, format_incomplete_date, format_number
from app.rendering.labels import date_bound, label
from app.rendering.translations import BABEL_LOCALE, translations
from app.vocabulary import DevelopmentKind

QUARTERS = (4, 7, 10)

Histories = Mapping[str, Sequence[Standing]]
"""How each issue stood over time, oldest first."""


def chart_filter(chosen: Filter) -> Filter:
    """What a chart takes of a list's filter: it has no pages and one order."""
    return replace(chosen, sort=None, page=1, size=None)


def present_timeline(
    developments: Sequence[DevelopmentEntry],
    histories: Histories,
    names: Mapping[str, str],
    *,
    chosen: Filter,
    as_of: date,
    to: Addresses,
    left_out: int = 0,
) -> Chart | None:
    """The timeline of the developments that the filter lets through; ``None`` where it lets none through.

    ``left_out`` is how many older ones the filter lets through that are not among them: the chart says so.

    ``names`` are those of all issues, in their order. Lanes are the issues chosen, or else all of them. The band of a
    lane is the issue's whole history, whatever else is filtered.
    """
    lanes = [Lane(each, name) for each, name in names.items() if not chosen.issue or each in chosen.issue]
    shown = [(lane.key, each) for lane in lanes for each in developments if lane.key in each.issues]
    if not shown:
        return None
    last = min(as_of, IncompleteDate.parse(chosen.to).last) if chosen.to else as_of
    scale = choose_scale([IncompleteDate.parse(each.date).first for _, each in shown], last)
    changes = {lane.key: _changes(histories.get(lane.key, ()), scale) for lane in lanes}
    steps = [_step(lane, standing, to) for lane in lanes for standing in changes[lane.key]]
    turn = _turn(scale, to)
    kinds = {each.kind for _, each in shown}
    drawings = tuple(
        draw_timeline(
            lanes=lanes,
            events=[_event(lane, each, to) for lane, each in shown],
            steps=steps,
            ticks=_ticks(scale, to),
            legend=[Key(kind, label("kind", kind, to.language)) for kind in DevelopmentKind if kind in kinds],
            scale=scale,
            turn=turn,
            width=width,
        )
        # One lane fits a column; several take the whole page. Each drawing more costs a fifth of the page.
        for width in ((NARROW, WIDE) if len(lanes) > 1 else (NARROW, MIDDLE))
    )
    words = translations(to.language)
    claims = {claim for _, each in shown for claim in each.claims}
    return Chart(
        name="timeline",
        title=_title(lanes, shown, changes, scale, to),
        reading=_reading(turn, left_out, to),
        basis=Basis(
            words.ngettext(
                "%(count)s claim that the developments rest on, as of %(day)s",
                "%(count)s claims that the developments rest on, as of %(day)s",
                len(claims),
            )
            % {"count": format_number(len(claims), to.language), "day": format_day(as_of, to.language)},
            to.page("/timeline", chart_filter(chosen)),
        ),
        place=place_of("timeline", to, chart_filter(chosen)),
        columns=(
            Column("date", words.gettext("Date")),
            Column("issue", label("parameter", "issue", to.language)),
            Column("kind", words.gettext("Kind")),
            Column("status", words.gettext("New status")),
            Column("title", words.gettext("Development")),
        ),
        rows=_rows(lanes, shown, changes, to),
        drawings=drawings,
    )


def _changes(history: Sequence[Standing], scale: Scale) -> list[Standing]:
    """The standings that changed the status, and of those before the drawing begins only the last."""
    found = [next(same) for _, same in groupby(history, key=lambda each: each.status)]
    found = [each for each in found if IncompleteDate.parse(each.since).first <= scale.last]
    before = [each for each in found if IncompleteDate.parse(each.since).first < scale.first]
    return [*before[-1:], *found[len(before) :]]


def _step(lane: Lane, standing: Standing, to: Addresses) -> Step:
    words = translations(to.language)
    status, day = (
        label("issue-status", standing.status, to.language),
        format_incomplete_date(standing.since, to.language),
    )
    full = words.gettext("%(status)s since %(day)s") % {"status": status, "day": day}
    return Step(
        key=f"{lane.key}/{standing.development}",
        lane=lane.key,
        status=standing.status,
        since=IncompleteDate.parse(standing.since).first,
        href=to.development(standing.development),
        name=f"{full}. {standing.sentence}",
        texts=(full, status),
    )


def _event(lane: str, each: DevelopmentEntry, to: Addresses) -> Event:
    when = IncompleteDate.parse(each.date)
    kind, day = label("kind", each.kind, to.language), format_incomplete_date(each.date, to.language)
    return Event(
        key=f"{lane}/{each.id}",
        lane=lane,
        kind=each.kind,
        first=when.first,
        last=when.last,
        value=each.date,
        href=to.development(each.id),
        name=f"{day}, {kind}. {each.title}",
    )


def _ticks(scale: Scale, to: Addresses) -> list[Tick]:
    """The years, the turn and the ends first, then the quarters of the years that have room."""
    years = [date(year, 1, 1) for year in range(scale.first.year, scale.last.year + 1)]
    years.sort(key=lambda day: (day != scale.turn, day != scale.first, -day.year))
    months = get_month_names("abbreviated", locale=BABEL_LOCALE[to.language])
    start = scale.turn or scale.first
    quarters = [date(year, month, 1) for year in range(start.year, scale.last.year + 1) for month in QUARTERS]
    if (scale.last - start).days > 4 * 366:
        quarters = []
    return [Tick(day, str(day.year)) for day in years] + [
        Tick(day, months[day.month]) for day in quarters if day <= scale.last
    ]


def _turn(scale: Scale, to: Addresses) -> str:
    """What happens where the scale turns; empty where it does not."""
    if scale.turn is None:
        return ""
    ratio = format_number(round(scale.ratio), to.language)
    return translations(to.language).gettext("from here a year is %(ratio)s times as wide") % {"ratio": ratio}


def _reading(turn: str, left_out: int, to: Addresses) -> str:
    words = translations(to.language)
    told = words.gettext(
        "A shape for each kind of development, over a band that is higher the more is "
        "contested. A date known only by its month or year is drawn as a span."
    )
    scale = words.gettext("At the broken line the scale turns: %(turn)s.") % {"turn": turn}
    older = words.ngettext(
        "%(count)s older development is left out.", "%(count)s older developments are left out.", left_out
    ) % {"count": format_number(left_out, to.language)}
    return " ".join([told, *([scale] if turn else []), *([older] if left_out else [])])


def _title(
    lanes: Sequence[Lane],
    shown: Sequence[tuple[str, DevelopmentEntry]],
    changes: Mapping[str, Sequence[Standing]],
    scale: Scale,
    to: Addresses,
) -> str:
    """What the drawing shows: for one lane how it stands now, for several where and when the most happened."""
    words, language = translations(to.language), to.language
    entries = {each.id: each for _, each in shown}.values()
    if len(lanes) == 1 and (steps := changes[lanes[0].key]):
        return words.ngettext(
            "%(name)s: %(status)s %(since)s, with %(count)s development on file; changes of status: %(steps)s",
            "%(name)s: %(status)s %(since)s, with %(count)s developments on file; changes of status: %(steps)s",
            len(entries),
        ) % {
            "name": lanes[0].name,
            "count": format_number(len(entries), language),
            "steps": format_number(len(steps) - 1, language),
            "status": label("issue-status", steps[-1].status, language).lower(),
            "since": date_bound("since", steps[-1].since, language),
        }
    most = max(lanes, key=lambda lane: sum(key == lane.key for key, _ in shown))
    turn = scale.turn or scale.first
    late = sum(IncompleteDate.parse(each.date).first >= turn for each in entries)
    return words.ngettext(
        "%(late)s of %(count)s development dates from %(year)s or later; “%(name)s” has the most, %(most)s",
        "%(late)s of %(count)s developments date from %(year)s or later; “%(name)s” has the most, %(most)s",
        len(entries),
    ) % {
        "late": format_number(late, language),
        "count": format_number(len(entries), language),
        "year": turn.year,
        "name": most.name,
        "most": format_number(sum(key == most.key for key, _ in shown), language),
    }


def _rows(
    lanes: Sequence[Lane],
    shown: Sequence[tuple[str, DevelopmentEntry]],
    changes: Mapping[str, Sequence[Standing]],
    to: Addresses,
) -> tuple[Row, ...]:
    """One row for each mark: a development in a lane, with the status that it set there, if it set a new one.

    A change of status whose own development the filter leaves out has a row without a kind.
    """
    lane_names = {lane.key: lane.name for lane in lanes}
    steps = {(lane, each.development): each for lane, standings in changes.items() for each in standings}
    found = []
    for lane, each in shown:
        step = steps.pop((lane, each.id), None)
        kind = Cell(each.kind, label("kind", each.kind, to.language))
        found.append((each.date, _row(lane, each.id, each.date, kind, step, each.title, lane_names, to)))
    for (lane, development), step in steps.items():
        found.append(
            (step.since, _row(lane, development, step.since, Cell("", ""), step, step.sentence, lane_names, to))
        )
    return tuple(row for _, row in sorted(found, key=lambda each: IncompleteDate.parse(each[0]).first))


def _row(
    lane: str,
    development: str,
    when: str,
    kind: Cell,
    step: Standing | None,
    title: str,
    names: Mapping[str, str],
    to: Addresses,
) -> Row:
    status = Cell(step.status, label("issue-status", step.status, to.language)) if step else Cell("", "")
    return Row(
        f"{lane}/{development}",
        (
            Cell(when, format_incomplete_date(when, to.language)),
            Cell(lane, names[lane], to.issue(lane)),
            kind,
            status,
            Cell(title, title, to.development(development)),
        ),
    )
