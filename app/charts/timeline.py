"""A timeline with one lane for each issue: developments as dots stacked over a band that shows how the issue stood.

The place across is the time, exactly; only the height gives way, so that no two dots and no two labels overlap at any
width. A date that is known only by its month or year is drawn as the span of days it may mean.
"""

from collections.abc import Callable, Sequence
from datetime import date

from msgspec import Struct

from app.charts.drawing import SIZE, TARGET, Drawing, Mark, Piece, Series, line, polyline, rect, words
from app.charts.placing import Label, flow, place_labels, stack
from app.charts.scale import Scale
from app.charts.shapes import draw_kind
from app.charts.text import width_of, wrap

MARGIN = TARGET / 2
AXIS = 22
NAME = 22
BAND = 12
ROW = TARGET
AFTER = 14
INSET = 3
"""How far a label stands from the line that leads to it."""


class Event(Struct, frozen=True):
    """A development in a lane, on some day from ``first`` to ``last``."""

    key: str
    lane: str
    kind: str
    first: date
    last: date
    value: str
    href: str
    name: str


class Step(Struct, frozen=True):
    """From ``since`` on, the lane's issue had a status; ``texts`` are its labels, longest first."""

    key: str
    lane: str
    status: str
    since: date
    href: str
    name: str
    texts: tuple[str, ...]


class Tick(Struct, frozen=True):
    """A day that the axis marks; a minor one has a line and no words."""

    day: date
    text: str


class Lane(Struct, frozen=True):
    key: str
    name: str


class Key(Struct, frozen=True):
    """An entry of the legend."""

    kind: str
    name: str


def draw_timeline(
    *,
    lanes: Sequence[Lane],
    events: Sequence[Event],
    steps: Sequence[Step],
    ticks: Sequence[Tick],
    legend: Sequence[Key],
    scale: Scale,
    turn: str,
    width: float,
) -> Drawing:
    """Draw the lanes, one under the other, ``width`` wide.

    ``ticks`` stand in the order of their importance; ``turn`` says in words what happens where the scale turns.
    """

    def across(day: date) -> float:
        return MARGIN + (width - 2 * MARGIN) * scale.at(day)

    scenery: list[Piece] = []
    series: list[Series] = []
    note = _note_turn(across(scale.turn), turn, width) if scale.turn else []
    foot: float = AXIS + AXIS * len(note)
    for lane in lanes:
        pieces, marks, foot = _draw_lane(
            lane,
            [event for event in events if event.lane == lane.key],
            [step for step in steps if step.lane == lane.key],
            across,
            foot,
            width,
            scale.last,
        )
        scenery += pieces
        series.append(Series(lane.name, marks))
    grid: list[Piece] = [line("grid", across(tick.day), AXIS, across(tick.day), foot) for tick in ticks]
    labels = [Label(tick.text, across(tick.day), (tick.text,)) for tick in ticks if tick.text]
    names = place_labels(labels, left=0, right=width, levels=1, size=SIZE, centred=True)
    grid += [words("tick", each.left, AXIS - 7, each.text) for each in names]
    if scale.turn:
        grid += [_draw_turn(across(scale.turn), foot), *note]
    bottom, key = _draw_legend(legend, foot + AFTER, width)
    return Drawing(width, bottom, (*grid, *scenery, *key), tuple(series))


def _draw_turn(x: float, foot: float) -> Piece:
    """The turn of the scale as a broken line."""
    corners = [(x + (4 if number % 2 else -4), AXIS + number * 12) for number in range(int((foot - AXIS) / 12) + 1)]
    return polyline("turn", *corners)


def _note_turn(x: float, text: str, width: float) -> list[Piece]:
    """What happens at the turn, in lines beside it, on the side that has more room."""
    before = x > width - x
    room = (x if before else width - x) - 12
    return [
        words("note", x - 8 if before else x + 8, AXIS * (row + 1) + 14, each, "end" if before else "start")
        for row, each in enumerate(wrap(text, room, SIZE))
    ]


def _draw_lane(
    lane: Lane,
    events: Sequence[Event],
    steps: Sequence[Step],
    across: Callable[[date], float],
    top: float,
    width: float,
    end: date,
) -> tuple[list[Piece], tuple[Mark, ...], float]:
    """The lane's scenery, its marks in the order of time, and where it ends."""
    spans = [(across(event.first), across(max(event.first, min(event.last, end)))) for event in events]
    reaches = [_reach(left, right) for left, right in spans]
    levels = stack(reaches)
    rows = max(levels, default=-1) + 1
    band = top + NAME + rows * ROW + 2
    scenery: list[Piece] = [words("lane", 0, top + 15, lane.name, bold=True)]
    marks: list[tuple[date, Mark]] = []
    for event, (left, right), level in zip(events, spans, levels, strict=True):
        y = band - 2 - ROW * level - ROW / 2
        x = (left + right) / 2
        start, stop = _reach(left, right)
        pieces: list[Piece] = [rect("hit", start, y - ROW / 2, stop - start, ROW)]
        if event.last > event.first:
            pieces += [line("span", left, y, right, y), line("span", left, y - 4, left, y + 4)]
            pieces += [line("span", right, y - 4, right, y + 4)]
        pieces.append(draw_kind(event.kind, x, y))
        marks.append((event.first, Mark(event.key, event.value, event.href, event.name, "event", tuple(pieces))))
    scenery.append(line("base", across(date.min), band + BAND, across(end), band + BAND))
    starts = [across(step.since) for step in steps]
    ends = [*starts, across(end)][1:]
    for step, left, right in zip(steps, starts, ends, strict=True):
        height = BAND * _HEIGHTS.get(step.status, 1.0)
        scenery.append(rect(f"band issue-{step.status}", left, band + BAND - height, max(right - left, 1), height))
    labels = [Label(step.key, x, step.texts) for step, x in zip(steps, starts, strict=True)]
    placed = {
        each.key: each
        for each in place_labels(labels, left=0, right=width - INSET, levels=max(len(steps), 1), size=SIZE, gap=10)
    }
    lines = max((each.level for each in placed.values()), default=-1) + 1
    first = band + BAND
    for step, x in zip(steps, starts, strict=True):
        label = placed[step.key]
        y = first + label.level * ROW
        # A line leads to the label from where the status begins, unless the label begins there.
        scenery.append(line("leader", x, first, x, y + 6))
        room = max(label.right + INSET - label.left, TARGET)
        pieces = [
            rect("hit", min(label.left, width - room), y, room, ROW),
            words(f"step issue-{step.status}", label.left + INSET, y + 17, label.text),
        ]
        marks.append((step.since, Mark(step.key, step.status, step.href, step.name, "state", tuple(pieces))))
    ordered = sorted(marks, key=lambda each: (each[0], each[1].look))
    return scenery, tuple(mark for _, mark in ordered), first + lines * ROW + AFTER


_HEIGHTS = {"contested": 1.0, "negotiating": 0.66, "aligned": 0.33, "settled": 0.33, "lapsed": 0.12}
"""How high the band stands: the more there is between the parties, the higher, so that steps show without colour."""


def _reach(left: float, right: float) -> tuple[float, float]:
    """The room that a dot or span takes: at least what a finger needs."""
    middle = (left + right) / 2
    half = max((right - left) / 2 + 2, TARGET / 2)
    return middle - half, middle + half


def _draw_legend(legend: Sequence[Key], top: float, width: float) -> tuple[float, list[Piece]]:
    """Shape and word of each kind, and the foot of the legend."""
    spots = flow([22 + width_of(key.name, SIZE) for key in legend], room=width, gap=14)
    pieces: list[Piece] = []
    for key, spot in zip(legend, spots, strict=True):
        y = top + 12 + spot.line * 22
        pieces += [draw_kind(key.kind, spot.x + 8, y), words("key", spot.x + 20, y + 4, key.name)]
    return top + 24 + max((spot.line for spot in spots), default=0) * 22, pieces
