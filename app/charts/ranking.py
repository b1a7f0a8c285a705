"""Small multiples: how each scenario's score stepped over time, a panel each, all to the same two scales.

In each panel the other scenarios stand behind, so that it shows both the score and the order (E. R. Tufte, "The Visual
Display of Quantitative Information", 1983, on small multiples).
"""

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction

from msgspec import Struct

from app.charts.drawing import SIZE, Drawing, Mark, Piece, Series, at, circle, line, polyline, rect, words
from app.charts.placing import name_ends
from app.charts.text import shorten, width_of, wrap

ROOMY = 560
"""From this width on, panels stand two by two."""

PLOT = 92
"""How high the scale of the scores is."""

GAP = 28
"""The least distance of two marks: a finger must be able to tell them apart, also where a drawing is shown smaller."""

BETWEEN = 36
LINE = 16


class Score(Struct, frozen=True):
    """From ``day`` on, a scenario had this score; ``raw`` writes it."""

    key: str
    day: date
    value: Fraction
    raw: str
    href: str
    name: str


class Panel(Struct, frozen=True):
    """A scenario: its name, what the panel says under it, and its scores, oldest first, each unlike the one before."""

    name: str
    text: str
    scores: tuple[Score, ...]


def draw_ranking(
    panels: Sequence[Panel], *, last: date, first_text: str, last_text: str, most_text: str, width: float
) -> Drawing | None:
    """Draw each scenario from the first day of all until ``last``; ``None`` where there are no scores.

    Marks that would stand too close together give way to the latest of them; the line shows every step.
    """
    scores = [score for panel in panels for score in panel.scores]
    if not scores:
        return None
    first, most = min(score.day for score in scores), max(score.value for score in scores)
    columns = 2 if width >= ROOMY else 1
    panel_width = (width - BETWEEN * (columns - 1)) / columns
    start = width_of(most_text, SIZE) + 8
    span = panel_width - start - GAP / 2

    def across(day: date) -> float:
        return start + span * (day - first).days / max((last - first).days, 1)

    def up(value: Fraction) -> float:
        return PLOT - PLOT * float(value / most if most else 0)

    heads = [wrap(panel.text, panel_width, SIZE) for panel in panels]
    head = LINE * (1 + max(len(lines) for lines in heads)) + 12
    steps = [_corners(panel.scores, last, across, up) for panel in panels]
    ends = name_ends(first_text, last_text, left=start, right=start + span, y=head + PLOT + 24)
    height = ends[-1].y + 6
    scenery: list[Piece] = []
    series = []
    for number, panel in enumerate(panels):
        x, y = (panel_width + BETWEEN) * (number % columns), (height + 12) * (number // columns)
        top = y + head
        scenery.append(words("lane", x, y + 13, shorten(panel.name, panel_width / 1.2, SIZE), bold=True))
        scenery += [words("note", x, y + 13 + LINE * (row + 1), each) for row, each in enumerate(heads[number])]
        scenery += [line("grid", x + start, top + each, x + start + span, top + each) for each in (0, PLOT)]
        scenery.append(words("tick", x + start - 8, top + PLOT + 4, "0", "end"))
        if most:
            scenery.append(words("tick", x + start - 8, top + 4, most_text, "end"))
        scenery += [words("tick", x + each.x, y + each.y, each.text, each.anchor) for each in ends]
        others = [each for other, each in enumerate(steps) if other != number]
        for look, corners in (*(("steps other", each) for each in others), ("steps", steps[number])):
            scenery.append(polyline(look, *((x + right, top + down) for right, down in corners)))
        marks = []
        for score in _apart(panel.scores, across):
            left, dot = x + across(score.day) - GAP / 2, top + up(score.value)
            pieces = (rect("hit", left, top - 12, GAP, PLOT + 24), circle("dot hollow", left + GAP / 2, dot, 4))
            marks.append(Mark(score.key, score.raw, score.href, score.name, "score", pieces))
        series.append(Series(panel.name, tuple(marks)))
    rows = -(-len(panels) // columns)
    return Drawing(width, at((height + 12) * rows - 12), tuple(scenery), tuple(series))


def _corners(
    scores: Sequence[Score], last: date, across: Callable[[date], float], up: Callable[[Fraction], float]
) -> list[tuple[float, float]]:
    """The line of steps, which goes on to the last day."""
    found: list[tuple[float, float]] = []
    for score in scores:
        if found:
            found.append((across(score.day), found[-1][1]))
        found.append((across(score.day), up(score.value)))
    return [*found, (across(last), found[-1][1])] if found else []


def _apart(scores: Sequence[Score], across: Callable[[date], float]) -> list[Score]:
    kept: list[Score] = []
    for score in reversed(scores):
        if not kept or across(kept[-1].day) - across(score.day) >= GAP:
            kept.append(score)
    return kept[::-1]
