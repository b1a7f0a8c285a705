"""Small multiples: how each scenario's score stepped over time, one drawing a scenario, all to the same two scales."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

WIDTH, HEIGHT = 320, 132
LEFT, RIGHT, TOP, BOTTOM = 36, 14, 12, 28
FLOOR = HEIGHT - BOTTOM
GAP = 28
"""The least distance of two marks, which are links: a finger must be able to tell them apart, on a small screen too."""


@dataclass(frozen=True)
class Score:
    """From ``day`` on, a scenario had this score."""

    day: date
    value: Fraction


@dataclass(frozen=True)
class Mark:
    """A day on which the score changed, in the units of the drawing."""

    score: Score
    x: float
    y: float


@dataclass(frozen=True)
class Multiple:
    """One scenario: ``line`` are the corners of its steps, ``highest`` where it stood highest, first of equals.

    Marks that would stand too close together give way to the latest of them; the line shows every step.
    """

    key: str
    line: tuple[tuple[float, float], ...]
    marks: tuple[Mark, ...]
    highest: Score
    latest: Score


@dataclass(frozen=True)
class Multiples:
    """``most`` is the value at the top of the shared scale, whose foot is 0."""

    width: int
    height: int
    left: int
    right: int
    top: int
    floor: int
    first: date
    last: date
    most: Fraction
    each: tuple[Multiple, ...]


def draw_multiples(scores: Mapping[str, Sequence[Score]], last: date) -> Multiples | None:
    """Draw the scores of each scenario from its first day until ``last``; ``None`` where there are none."""
    days = [score.day for each in scores.values() for score in each]
    if not days:
        return None
    first, most = min(days), max(score.value for each in scores.values() for score in each)

    def across(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / max((last - first).days, 1), 1)

    def up(value: Fraction) -> float:
        return round(FLOOR - (FLOOR - TOP) * float(value / most if most else 0), 2)

    def draw(key: str, series: Sequence[Score]) -> Multiple:
        corners: list[tuple[float, float]] = []
        changes: list[Mark] = []
        for score in series:
            x, y = across(score.day), up(score.value)
            if corners:
                corners.append((x, corners[-1][1]))
            corners.append((x, y))
            if not changes or changes[-1].score.value != score.value:
                changes.append(Mark(score, x, y))
        corners.append((across(last), corners[-1][1]))
        return Multiple(key, tuple(corners), _apart(changes), max(series, key=lambda each: each.value), series[-1])

    return Multiples(
        WIDTH, HEIGHT, LEFT, WIDTH - RIGHT, TOP, FLOOR, first, last, most,
        tuple(draw(key, series) for key, series in scores.items() if series),
    )  # fmt: skip


def _apart(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    kept: list[Mark] = []
    for mark in reversed(marks):
        if not kept or kept[-1].x - mark.x >= GAP:
            kept.append(mark)
    return tuple(reversed(kept))
