"""A scale of time that gives the crowded years the room they need, with one turn that the chart must draw and name."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

CROWD = 0.6
"""The turn is the beginning of the latest year from which on at least this part of the days lies."""

LEAST = 0.2
"""What is before the turn keeps at least this part of the width."""

WORTH = 1.5
"""A turn that would widen the later days less than this is not worth explaining."""


class Scale(Struct, frozen=True):
    """From ``first`` to ``last``; before ``turn``, if there is one, time takes only ``share`` of the width."""

    first: date
    last: date
    turn: date | None = None
    share: float = 0.0

    def at(self, day: date) -> float:
        """Where a day is, from 0 to 1; days outside are at the ends."""
        day = min(max(day, self.first), self.last)
        if self.turn is None:
            return _part(self.first, day, self.last)
        if day < self.turn:
            return self.share * _part(self.first, day, self.turn)
        return self.share + (1 - self.share) * _part(self.turn, day, self.last)

    @property
    def ratio(self) -> float:
        """How many times the width of a day before the turn a day after it has."""
        if self.turn is None:
            return 1.0
        before = self.share / (self.turn - self.first).days
        return (1 - self.share) / (self.last - self.turn).days / before


def _part(first: date, day: date, last: date) -> float:
    return (day - first).days / max((last - first).days, 1)


def choose_scale(days: Sequence[date], last: date) -> Scale:
    """The scale for these days, from the beginning of the first one's year until ``last``; ``days`` is not empty."""
    first = date(min(days).year, 1, 1)
    plain = Scale(first, last)
    for year in range(last.year, first.year, -1):
        turn = date(year, 1, 1)
        before = sum(day < turn for day in days) / len(days)
        if 1 - before >= CROWD and turn < last:
            turned = Scale(first, last, turn, max(before, LEAST))
            return turned if turned.ratio >= WORTH else plain
    return plain
