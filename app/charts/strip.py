"""A log-scale strip: one mark for each reading of a figure, so that a slip by a power of ten is a jump of one step.

Only positive values have a place on a logarithmic scale; a figure with any other has no strip. An open-ended bound ("at
least", "at most") is drawn with an arrow towards what it leaves open.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 640
LEFT, RIGHT = 16, 16
ROW = 26
TOP = 8
AXIS = 28


@dataclass(frozen=True)
class Reading:
    """What a mark needs: ``key`` names it, ``bound`` is a word of ``app.vocabulary.Bound``."""

    key: str
    value: Decimal
    upper: Decimal | None
    bound: str
    group: str


@dataclass(frozen=True)
class Mark:
    """A reading in its row: ``x`` and ``x2`` (for a range), in the units of the drawing."""

    key: str
    group: str
    x: float
    x2: float | None
    y: float
    bound: str


@dataclass(frozen=True)
class Tick:
    x: float
    value: Decimal


@dataclass(frozen=True)
class Strip:
    width: int
    height: int
    axis: float
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]


def draw_strip(readings: Sequence[Reading]) -> Strip | None:
    """Place the readings, one a row, on powers of ten; ``None`` where a logarithm has no meaning or nothing to show."""
    if len(readings) < 2 or any(reading.value <= 0 for reading in readings):
        return None
    highest = max(reading.upper or reading.value for reading in readings)
    low = math.floor(math.log10(min(reading.value for reading in readings)))
    high = max(math.ceil(math.log10(highest)), low + 1)
    span = WIDTH - LEFT - RIGHT

    def place(value: Decimal) -> float:
        return round(LEFT + span * (math.log10(value) - low) / (high - low), 1)

    axis = TOP + ROW * len(readings)
    return Strip(
        width=WIDTH,
        height=axis + AXIS,
        axis=axis,
        ticks=tuple(Tick(place(Decimal(10) ** power), Decimal(10) ** power) for power in range(low, high + 1)),
        marks=tuple(
            Mark(
                key=reading.key,
                group=reading.group,
                x=place(reading.value),
                x2=None if reading.upper is None else place(reading.upper),
                y=TOP + ROW * row + ROW / 2,
                bound=reading.bound,
            )
            for row, reading in enumerate(readings)
        ),
    )
