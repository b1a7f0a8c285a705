"""A tornado: one bar for each input, the widest first, from the lowest to the highest result that the input can give.

Behind each bar stands the result for the readings chosen. An end that nothing bounds runs to the edge of the drawing
with an arrow.
"""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from msgspec import Struct

from app.charts.drawing import SIZE, TARGET, Drawing, Mark, Piece, Series, line, polyline, rect, words
from app.charts.placing import name_ends
from app.charts.text import wrap
from app.scenarios.intervals import End, Interval

ROOMY = 560
"""From this width on, the words of an input stand beside its bar; below, over it."""

NAMES = 0.34
"""The part of a roomy drawing that the words take."""

EDGE = 16
"""Room on either side of the scale for the arrow of an open end."""

BAR = 14
LINE = 16
GAP = 14
LEAST = 3
"""How wide a bar is drawn at the least, so that one without swing is still seen."""


class Bar(Struct, frozen=True):
    """An input with the results that it alone can give; ``text`` says them in words."""

    key: str
    result: Interval
    label: str
    text: str
    href: str
    name: str


def draw_tornado(
    bars: Sequence[Bar], base: Interval, *, series: str, legend: str, write: Callable[[Fraction], str], width: float
) -> Drawing | None:
    """Draw the bars in the order given; ``None`` where no input moves the result.

    ``base`` is the result for the readings chosen, which the ``legend`` names; ``write`` writes a number of the axis.
    """
    ends = [end for each in (base, *(bar.result for bar in bars)) for end in (each.low, each.high)]
    finite = [end for end in ends if isinstance(end, Fraction)]
    if not finite or all(bar.result.is_point for bar in bars):
        return None
    low, high = min(finite), max(finite)
    roomy = width >= ROOMY
    left = width * NAMES if roomy else 0.0
    room = (left if roomy else width) - GAP

    def place(end: End) -> float:
        if not isinstance(end, Fraction):
            return left if end < 0 else width
        return left + EDGE + (width - left - 2 * EDGE) * float((end - low) / (high - low or 1))

    reach = place(base.high) - place(base.low) + 2
    scenery: list[Piece] = []
    marks = []
    top = 0.0
    for bar in bars:
        names, texts = wrap(bar.label, room, SIZE, bold=True), wrap(bar.text, room, SIZE)
        block = LINE * (len(names) + len(texts))
        height = max(block, TARGET) if roomy else block + 6 + BAR
        y = top + ((height - BAR) / 2 if roomy else height - BAR)
        scenery.append(rect("reference", place(base.low) - 1, y - 3, reach, 20))
        pieces: list[Piece] = [rect("hit", 0, top, width, height + 3)]
        # A letter may reach a little to the left of where it begins.
        pieces += [words("row", 1, top + 12 + LINE * row, each, bold=True) for row, each in enumerate(names)]
        pieces += [words("row", 1, top + 12 + LINE * (len(names) + row), each) for row, each in enumerate(texts)]
        pieces += _draw_bar(bar.result, place, y)
        marks.append(Mark(bar.key, bar.text, bar.href, bar.name, "swing", tuple(pieces)))
        top += height + GAP
    scenery.append(line("base", left, top, width, top))
    ticks = name_ends(write(low), write(high), left=place(low), right=place(high), y=top + 16)
    foot = ticks[-1].y + 14
    lines = wrap(legend, width - 30, SIZE)
    scenery += [*ticks, rect("reference", 1, foot, min(reach, 20), 14)]
    scenery += [words("key", 30, foot + 12 + LINE * row, each) for row, each in enumerate(lines)]
    return Drawing(width, foot + LINE * len(lines) + 4, tuple(scenery), (Series(series, tuple(marks)),))


def _draw_bar(result: Interval, place: Callable[[End], float], y: float) -> list[Piece]:
    start, stop = place(result.low), place(result.high)
    short = max(0.0, LEAST - (stop - start))
    pieces: list[Piece] = [rect("bar", start - short / 2, y, stop - start + short, BAR)]
    middle = y + BAR / 2
    if result.low == -math.inf:
        pieces.append(polyline("way", (start + 8, middle - 5), (start + 2, middle), (start + 8, middle + 5)))
    if result.high == math.inf:
        pieces.append(polyline("way", (stop - 8, middle - 5), (stop - 2, middle), (stop - 8, middle + 5)))
    return pieces
