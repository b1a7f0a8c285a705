"""A tornado: one bar for each input, the widest first, from the lowest to the highest result that the input can give.

Every bar has a line of text above it and one below, so that no words meet on a narrow screen. An end that nothing
bounds runs to the edge of the drawing with an arrow.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.scenarios.intervals import Interval

WIDTH = 360
EDGE = 14
TOP = 4
ROW = 62
BAR = 14
AXIS = 24
LEAST = 3
"""How wide a bar is drawn at the least, so that one without swing is still seen."""


@dataclass(frozen=True)
class Bar:
    """``y`` is the baseline of the name above, ``top`` the bar's upper edge, ``below`` the baseline of its range."""

    key: str
    x: float
    width: float
    open_low: bool
    open_high: bool
    y: float
    top: float
    below: float


@dataclass(frozen=True)
class Tornado:
    """``base`` is where the result for the chosen readings begins and ends; ``low`` and ``high`` label the axis."""

    width: int
    height: int
    axis: float
    low: Fraction
    high: Fraction
    base: tuple[float, float]
    bars: tuple[Bar, ...]


def draw_tornado(swings: Sequence[tuple[str, Interval]], base: Interval) -> Tornado | None:
    """Place the bars in the order given; ``None`` where no input moves the result."""
    ends = [end for each in (base, *(swing for _, swing in swings)) for end in (each.low, each.high)]
    finite = [end for end in ends if isinstance(end, Fraction)]
    if not finite or all(swing.is_point for _, swing in swings):
        return None
    low, high = min(finite), max(finite)
    span = high - low or Fraction(1)

    def place(end: Fraction | float) -> float:
        if not isinstance(end, Fraction):
            return 0.0 if end < 0 else float(WIDTH)
        return round(EDGE + (WIDTH - 2 * EDGE) * float((end - low) / span), 1)

    bars = []
    for row, (key, swing) in enumerate(swings):
        x, end, top = place(swing.low), place(swing.high), TOP + ROW * row
        short = max(0.0, LEAST - (end - x))
        bars.append(
            Bar(
                key=key,
                x=round(x - short / 2, 1),
                width=round(end - x + short, 1),
                open_low=swing.low == -math.inf,
                open_high=swing.high == math.inf,
                y=top + 12,
                top=top + 18,
                below=top + 18 + BAR + 14,
            )
        )
    axis = TOP + ROW * len(bars)
    return Tornado(WIDTH, axis + AXIS, axis, low, high, (place(base.low), place(base.high)), tuple(bars))
