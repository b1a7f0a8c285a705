"""Compares the readings of one figure: which of them disagree, and in what way. Pure: no database, no web.

A disagreement is only ever shown, never repaired. Two readings are compared when they speak of the same thing: the same
measure under the same condition, or the same statement of an original report that both pass on. In the second case
the renderings may also differ in measure or condition, and then that is said too.

The orders of magnitude are those that scale words lose in translation: a Chinese 亿 is 10⁸, a French *milliard* an
English *billion*; a slip is a power of ten.
"""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from msgspec import Struct

from app.vocabulary import Bound

MAGNITUDE_TOLERANCE = 0.05
"""How far a ratio's decimal logarithm may be from a whole number: ratios from 8.9 to 11.2 count as ten."""

ABOUT = Fraction(5, 100)
"""How far "about" reaches to either side."""


class ConflictKind(StrEnum):
    FACTOR_TEN = "factor-ten"
    MEASURE = "measure"
    CONDITION = "condition"
    VALUE = "value"


class Comparable(Struct, frozen=True):
    """A reading as far as comparison needs it.

    ``of_one_case`` says that its condition is an event, which happens once or not at all; ``statement`` names the
    original statement that it renders, if known.
    """

    id: str
    value: Decimal
    upper: Decimal | None
    bound: Bound
    measure: str
    condition: str
    of_one_case: bool
    first: date
    last: date
    statement: str | None = None


class Conflict(Struct, frozen=True):
    """A disagreement between two readings, in the order of the figure; ``ratio`` is larger over smaller, if defined."""

    kind: ConflictKind
    readings: tuple[str, str]
    ratio: Fraction | None


def find_conflicts(readings: Sequence[Comparable]) -> tuple[Conflict, ...]:
    """Every disagreement between two readings, in the order of the readings."""
    return tuple(conflict for one, other in combinations(readings, 2) for conflict in _compare(one, other))


class Disagreement(Struct, frozen=True):
    """One reading against all those that it disagrees with in the same way, each with its ratio, if defined."""

    kind: ConflictKind
    reading: str
    against: tuple[tuple[str, Fraction | None], ...]


def gather(conflicts: Sequence[Conflict]) -> tuple[Disagreement, ...]:
    """The same conflicts, each once, told from the reading that stands against the most others.

    A slip in one account makes a conflict with every other account; it is one thing to say and not seven. Kinds come in
    the order of their first conflict, readings in the order of the conflicts.
    """
    found = []
    for kind in dict.fromkeys(each.kind for each in conflicts):
        left = [each for each in conflicts if each.kind == kind]
        while left:
            counts = Counter(reading for each in left for reading in each.readings)
            odd = max(counts, key=lambda reading: counts[reading])
            mine = [each for each in left if odd in each.readings]
            left = [each for each in left if odd not in each.readings]
            others = (next(reading for reading in each.readings if reading != odd) for each in mine)
            found.append(Disagreement(kind, odd, tuple(zip(others, (each.ratio for each in mine), strict=True))))
    return tuple(found)


def _compare(one: Comparable, other: Comparable) -> list[Conflict]:
    pair, ratio = (one.id, other.id), ratio_of(one.value, other.value)
    alike = one.measure == other.measure and one.condition == other.condition
    same_statement = one.statement is not None and one.statement == other.statement
    found = []
    if alike or same_statement:
        if ratio is not None and is_power_of_ten(ratio):
            found.append(Conflict(ConflictKind.FACTOR_TEN, pair, ratio))
        elif alike and _same_time(one, other) and not _agree(one, other):
            found.append(Conflict(ConflictKind.VALUE, pair, ratio))
    if same_statement and one.measure != other.measure:
        found.append(Conflict(ConflictKind.MEASURE, pair, ratio))
    if same_statement and one.condition != other.condition:
        found.append(Conflict(ConflictKind.CONDITION, pair, ratio))
    return found


def ratio_of(one: Decimal, other: Decimal) -> Fraction | None:
    """The larger magnitude over the smaller, exact; ``None`` where one is zero or the signs differ."""
    if one == 0 or other == 0 or (one < 0) != (other < 0):
        return None
    small, large = sorted((abs(Fraction(one)), abs(Fraction(other))))
    return large / small


def is_power_of_ten(ratio: Fraction) -> bool:
    """Whether a ratio is ten, a hundred, …, or as near to it as a rounded amount is."""
    magnitude = math.log10(ratio)
    nearest = round(magnitude)
    return nearest >= 1 and abs(magnitude - nearest) <= MAGNITUDE_TOLERANCE


def _same_time(one: Comparable, other: Comparable) -> bool:
    """Whether both may be of one day; an event as condition fixes the case they speak of, whenever that was said."""
    return one.of_one_case or (one.first <= other.last and other.first <= one.last)


def _agree(one: Comparable, other: Comparable) -> bool:
    """Whether some quantity fits both readings with their bounds."""
    low, high = max(_low(one), _low(other)), min(_high(one), _high(other))
    return low <= high


def _low(reading: Comparable) -> Fraction | float:
    value = Fraction(reading.value)
    if reading.bound is Bound.AT_MOST:
        return -math.inf
    return value - abs(value) * ABOUT if reading.bound is Bound.ABOUT else value


def _high(reading: Comparable) -> Fraction | float:
    value = Fraction(reading.value if reading.upper is None else reading.upper)
    if reading.bound is Bound.AT_LEAST:
        return math.inf
    return value + abs(value) * ABOUT if reading.bound is Bound.ABOUT else value
