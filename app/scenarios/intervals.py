"""Intervals of exact numbers whose ends may be open, and the arithmetic on them.

R. E. Moore, *Interval Analysis* (Prentice-Hall, 1966): the result of an operation on intervals is the smallest interval
that holds every result of the operation on their members. Ends are exact fractions, or infinite where nothing bounds
the quantity. No library on file does exact fractions with open ends, and these are few lines.
"""

import math
from collections.abc import Iterable
from fractions import Fraction

from msgspec import Struct

End = Fraction | float
"""A fraction, or ``math.inf`` with either sign; no other float is ever an end."""


class Undefined(ArithmeticError):
    """A quantity is divided by exactly zero."""


class Interval(Struct, frozen=True):
    """All numbers from ``low`` to ``high``, both included where they are finite."""

    low: End
    high: End

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"{self.low} is above {self.high}")

    @classmethod
    def point(cls, value: Fraction | int) -> "Interval":
        return cls(Fraction(value), Fraction(value))

    @classmethod
    def hull(cls, parts: Iterable["Interval"]) -> "Interval":
        """The smallest interval that holds all of them; raise ``ValueError`` where there is none."""
        held = list(parts)
        return cls(min(each.low for each in held), max(each.high for each in held))

    @property
    def is_point(self) -> bool:
        return self.low == self.high

    @property
    def width(self) -> End:
        return self.high - self.low

    def holds(self, value: Fraction) -> bool:
        return self.low <= value <= self.high

    def within(self, other: "Interval") -> bool:
        return other.low <= self.low and self.high <= other.high

    def __add__(self, other: "Interval") -> "Interval":
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: "Interval") -> "Interval":
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: "Interval") -> "Interval":
        ends = [_times(one, two) for one in (self.low, self.high) for two in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: "Interval") -> "Interval":
        """The quotients that are defined; raise ``Undefined`` where the divisor is zero and nothing else."""
        return self * other.reciprocal()

    def reciprocal(self) -> "Interval":
        if self.low == 0 == self.high:
            raise Undefined("division by zero")
        if self.low < 0 < self.high:
            return Interval(-math.inf, math.inf)
        low = -math.inf if self.high == 0 else _inverse(self.high)
        high = math.inf if self.low == 0 else _inverse(self.low)
        return Interval(low, high)

    def least(self, other: "Interval") -> "Interval":
        return Interval(min(self.low, other.low), min(self.high, other.high))

    def greatest(self, other: "Interval") -> "Interval":
        return Interval(max(self.low, other.low), max(self.high, other.high))


def _times(one: End, two: End) -> End:
    """Zero of something unbounded is zero: the end stands for members of any size, each of which gives zero."""
    return Fraction(0) if one == 0 or two == 0 else one * two


def _inverse(end: End) -> End:
    return Fraction(0) if math.isinf(end) else 1 / end
