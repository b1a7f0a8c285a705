"""Cross-impact balance: which combinations of outcomes hold themselves together.

The method is that of W. Weimer-Jehle, *Cross-impact balances: A system-theoretical approach to cross-impact analysis*,
Technological Forecasting & Social Change 73 (2006) 334–361. Each descriptor has a few outcomes, of which exactly one
comes about. An influence of -3 to +3 says how far one outcome hinders or favours an outcome of another descriptor. The
impact sum of an outcome, given a combination, is the sum of the influences on it of the outcomes that the combination
chooses. A combination is consistent where no descriptor has an outcome with a greater impact sum than the chosen one.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from msgspec import Struct

Outcome = tuple[str, str]
"""A descriptor's id and the id of one of its outcomes."""


class Matrix(Struct, frozen=True):
    """The outcomes of each descriptor, and the influences that are not zero, from one outcome on another."""

    descriptors: Mapping[str, Sequence[str]]
    influences: Mapping[tuple[Outcome, Outcome], int]

    def influence(self, cause: Outcome, effect: Outcome) -> int:
        return self.influences.get((cause, effect), 0)

    def combinations(self) -> Iterator[tuple[Outcome, ...]]:
        """Every choice of one outcome for each descriptor, in the order of the matrix."""
        choices = [[(descriptor, each) for each in outcomes] for descriptor, outcomes in self.descriptors.items()]
        return product(*choices)


class Balance(Struct, frozen=True):
    """How one descriptor stands in a combination.

    ``sums`` are the impact sums of its outcomes in their order; ``held_by`` are the chosen outcomes of other
    descriptors that favour this one, each with its influence, and ``opposed_by`` those that hinder it.
    """

    chosen: Outcome
    sums: tuple[tuple[Outcome, int], ...]
    held_by: tuple[tuple[Outcome, int], ...]
    opposed_by: tuple[tuple[Outcome, int], ...]

    @property
    def impact_sum(self) -> int:
        return dict(self.sums)[self.chosen]

    @property
    def beaten(self) -> tuple[tuple[Outcome, int], ...]:
        """The outcomes that were not chosen, the nearest first."""
        others = [pair for pair in self.sums if pair[0] != self.chosen]
        return tuple(sorted(others, key=lambda pair: -pair[1]))

    @property
    def margin(self) -> int:
        """By how much the chosen outcome leads the next best; below zero where another leads it."""
        return self.impact_sum - max((score for _, score in self.beaten), default=self.impact_sum)


class Combination(Struct, frozen=True):
    """One choice of outcomes with the balance of each descriptor.

    ``consistency`` is the least margin of all descriptors (Weimer-Jehle's consistency value): zero or more where the
    combination is consistent. ``total`` is the sum of the impact sums of the chosen outcomes.
    """

    balances: tuple[Balance, ...]

    @property
    def chosen(self) -> tuple[Outcome, ...]:
        return tuple(each.chosen for each in self.balances)

    @property
    def consistency(self) -> int:
        return min((each.margin for each in self.balances), default=0)

    @property
    def total(self) -> int:
        return sum(each.impact_sum for each in self.balances)


def weigh(matrix: Matrix, chosen: Sequence[Outcome]) -> Combination:
    """The balance of every descriptor, for one combination."""
    balances = []
    for effect in chosen:
        causes = [each for each in chosen if each[0] != effect[0]]
        bearing = [(cause, matrix.influence(cause, effect)) for cause in causes]
        sums = tuple(
            (outcome, sum(matrix.influence(cause, outcome) for cause in causes))
            for outcome in ((effect[0], each) for each in matrix.descriptors[effect[0]])
        )
        balances.append(
            Balance(
                chosen=effect,
                sums=sums,
                held_by=tuple(each for each in bearing if each[1] > 0),
                opposed_by=tuple(each for each in bearing if each[1] < 0),
            )
        )
    return Combination(tuple(balances))


def consistent_combinations(matrix: Matrix) -> tuple[Combination, ...]:
    """Every consistent combination: the firmest first, then by total impact, then in the order of the matrix."""
    weighed = (weigh(matrix, chosen) for chosen in matrix.combinations())
    found = [each for each in weighed if each.consistency >= 0]
    return tuple(sorted(found, key=lambda each: (-each.consistency, -each.total)))


def count_combinations(matrix: Matrix) -> int:
    return sum(1 for _ in matrix.combinations())
