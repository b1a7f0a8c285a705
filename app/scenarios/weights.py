"""What a reader's own weights make of the impacts: strengths by area and scenario, their order, and what turns it.

The weighted sum is the additive value model of multi-attribute judgement (W. Edwards, "How to use multiattribute
utility measurement for social decisionmaking", 1977). A strength that is not known is an interval, and intervals are
added and scaled by their ends (R. E. Moore, "Interval Analysis", 1966). Everything is counted in fractions, so nothing
is rounded and a tie is a tie.

The weights are a reader's, never a likelihood. The directions of different cells concern different things (the number
of suppliers, the money promised), so strengths are summed without a sign: the result says how much would move in an
area, never which way.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Generic, TypeVar

from msgspec import Struct

from app.vocabulary import Direction, Strength

Name = TypeVar("Name", bound=Hashable)

WEAK, MODERATE, STRONG = Fraction(1), Fraction(2), Fraction(3)
NONE = Fraction(0)


class Interval(Struct, frozen=True):
    """All values from ``low`` to ``high``, both included."""

    low: Fraction
    high: Fraction

    @property
    def middle(self) -> Fraction:
        return (self.low + self.high) / 2

    def __add__(self, other: "Interval") -> "Interval":
        return Interval(self.low + other.low, self.high + other.high)

    def times(self, factor: Fraction) -> "Interval":
        """The interval scaled by a factor that is not negative."""
        return Interval(self.low * factor, self.high * factor)


ZERO = Interval(NONE, NONE)
STATED: Mapping[str, Interval] = {
    Strength.WEAK: Interval(WEAK, WEAK),
    Strength.MODERATE: Interval(MODERATE, MODERATE),
    Strength.STRONG: Interval(STRONG, STRONG),
}
SOME_EFFECT = Interval(WEAK, STRONG)
ANYTHING = Interval(NONE, STRONG)


def strength_interval(direction: str, strength: str) -> Interval:
    """A strength on the scale weak 1, moderate 2, strong 3.

    A stated strength is a point. A direction without a strength says that there is an effect: 1 to 3. Where neither is
    stated nothing is known, and not knowing is no zero: 0 to 3.
    """
    if strength in STATED:
        return STATED[strength]
    return ANYTHING if direction == Direction.NOT_STATED else SOME_EFFECT


def normalised(weights: Mapping[Name, Fraction]) -> dict[Name, Fraction]:
    """The weights as shares of their sum. ``ValueError`` if one is negative or all are zero."""
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("a weight is negative, expected zero or more")
    total = sum(weights.values(), NONE)
    if not total:
        raise ValueError("all weights are zero, expected at least one above zero")
    return {name: weight / total for name, weight in weights.items()}


class Flip(Struct, Generic[Name], frozen=True):
    """Two neighbours in an order draw level when the weight of ``scenario`` goes from ``given`` to ``level``.

    Both are in the reader's own units, the other weights held as they are.
    """

    scenario: Name
    given: Fraction
    level: Fraction

    @property
    def change(self) -> Fraction:
        return self.level - self.given


class Step(Struct, Generic[Name], frozen=True):
    """Two neighbours in an order by middles.

    ``tied``: their middles are equal. ``certain``: their ranges do not meet, so that the order holds whatever the
    strengths that are not known turn out to be. ``flips`` are all single changes of a weight that make them level, the
    smallest first, and last those to a weight of zero, past which no order turns; none if they are tied.
    """

    ahead: Name
    behind: Name
    tied: bool
    certain: bool
    flips: tuple[Flip[Name], ...]


class Ranking(Struct, Generic[Name], frozen=True):
    """What is ranked, greatest middle first (equals as they were listed), and each pair of neighbours."""

    order: tuple[Name, ...]
    steps: tuple[Step[Name], ...]


class Weighted(Struct, Generic[Name], frozen=True):
    """``areas`` has each area's weighted strength, from 0 to 3; ``contributions`` what each scenario adds to their sum.

    ``weights`` are shares, so they add up to 1.
    """

    weights: Mapping[Name, Fraction]
    areas: Mapping[Name, Interval]
    contributions: Mapping[Name, Interval]
    area_ranking: Ranking[Name]
    scenario_ranking: Ranking[Name]


def weigh(
    given: Mapping[Name, Fraction], strengths: Mapping[tuple[Name, Name], Interval], areas: Sequence[Name]
) -> Weighted[Name]:
    """Weigh the strengths of (scenario, area) by the reader's weight of each scenario.

    ``given`` has every scenario, in the order listed, with a weight in the reader's own units; ``strengths`` every
    scenario with every area of ``areas``. ``ValueError`` if a weight is negative or all are zero.
    """
    shares = normalised(given)

    def of_area(area: Name, weights: Mapping[Name, Fraction]) -> Interval:
        return sum((strengths[each, area].times(weight) for each, weight in weights.items()), ZERO)

    def of_scenario(scenario: Name, weights: Mapping[Name, Fraction]) -> Interval:
        return sum((strengths[scenario, area] for area in areas), ZERO).times(weights[scenario])

    return Weighted(
        weights=shares,
        areas={area: of_area(area, shares) for area in areas},
        contributions={each: of_scenario(each, shares) for each in given},
        area_ranking=_rank(areas, given, of_area),
        scenario_ranking=_rank(tuple(given), given, of_scenario),
    )


def _rank(
    names: Sequence[Name], given: Mapping[Name, Fraction], value: Callable[[Name, Mapping[Name, Fraction]], Interval]
) -> Ranking[Name]:
    """Rank by the middle of ``value``, which must be linear in the weights.

    The raw weights serve as well as their shares: dividing all of them by their sum changes no order and no tie.
    """
    ranges = {name: value(name, given) for name in names}
    order = tuple(sorted(names, key=lambda name: ranges[name].middle, reverse=True))

    def step(ahead: Name, behind: Name) -> Step[Name]:
        tied = ranges[ahead].middle == ranges[behind].middle
        return Step(
            ahead,
            behind,
            tied=tied,
            certain=ranges[ahead].low > ranges[behind].high,
            flips=() if tied else _flips(ahead, behind, given, value),
        )

    return Ranking(order, tuple(step(ahead, behind) for ahead, behind in pairwise(order)))


def _flips(
    ahead: Name,
    behind: Name,
    given: Mapping[Name, Fraction],
    value: Callable[[Name, Mapping[Name, Fraction]], Interval],
) -> tuple[Flip[Name], ...]:
    """Each weight at which the two are level, the other weights held as they are.

    The lead is linear in each weight, so it is found from two points: at zero and at one.
    """

    def lead(weights: Mapping[Name, Fraction]) -> Fraction:
        return value(ahead, weights).middle - value(behind, weights).middle

    found: list[Flip[Name]] = []
    for scenario, weight in given.items():
        at_zero = lead({**given, scenario: NONE})
        slope = lead({**given, scenario: Fraction(1)}) - at_zero
        if not slope:
            continue
        level = -at_zero / slope
        others = sum((each for name, each in given.items() if name != scenario), NONE)
        # With no weight left at all there is nothing to compare.
        if level > 0 or (level == 0 and others > 0):
            found.append(Flip(scenario, weight, level))
    return tuple(sorted(found, key=lambda flip: (not flip.level, abs(flip.change))))
