"""Analysis of competing hypotheses: which scenario the evidence speaks against least.

The method is Richards J. Heuer's (1999, "Psychology of Intelligence Analysis", chapter 8): every item of evidence is
rated against every hypothesis, and hypotheses are ranked by how little is inconsistent with them. What is consistent
counts nothing, as the same item may be consistent with all of them. An item's weight comes from its Admiralty grade.

All numbers are exact fractions. A score is a sum of weights without unit and not a probability.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from msgspec import Struct

from app.vocabulary import Consistency, Credibility, Reliability

RELIABILITY_POINTS: Mapping[Reliability, int] = {
    Reliability.A: 5,
    Reliability.B: 4,
    Reliability.C: 3,
    Reliability.D: 2,
    Reliability.E: 1,
    Reliability.F: 1,
}
CREDIBILITY_POINTS: Mapping[Credibility, int] = {
    Credibility.ONE: 5,
    Credibility.TWO: 4,
    Credibility.THREE: 3,
    Credibility.FOUR: 2,
    Credibility.FIVE: 1,
    Credibility.SIX: 1,
}
"""One point a step. What cannot be judged (F, 6) counts like the lowest step: it must not decide a ranking."""

MOST_POINTS = 25


class Item(Struct, frozen=True):
    """An item of evidence: its weight, above 0 and at most 1, and its rating against each hypothesis."""

    key: str
    weight: Fraction
    ratings: Mapping[str, Consistency]


class Spell(Struct, frozen=True):
    """An item counts from ``since`` until the day before ``until``; with another weight it has another spell."""

    item: Item
    since: date
    until: date


class Standing(Struct, frozen=True):
    """How a hypothesis stands: the weight of what is inconsistent with it, of how many items, and its rank from 1."""

    hypothesis: str
    score: Fraction
    against: int
    rank: int


Ranking = tuple[Standing, ...]


class Linchpin(Struct, frozen=True):
    """An item without which the ranking would be another: ``ranking`` is that one."""

    key: str
    ranking: Ranking


class Step(Struct, frozen=True):
    """The ranking from a day on, with the number of items that count."""

    day: date
    items: int
    ranking: Ranking


def weigh(reliability: Reliability, credibility: Credibility) -> Fraction:
    """The weight of an Admiralty grade: 1 for A1 down to 1/25, the product of the two ordinal scales over 25."""
    return Fraction(RELIABILITY_POINTS[reliability] * CREDIBILITY_POINTS[credibility], MOST_POINTS)


def rank(items: Iterable[Item], hypotheses: Sequence[str]) -> Ranking:
    """The hypotheses from the least inconsistency to the most; equals share a rank, and the next one is left free.

    Equals stand in the order given; a hypothesis that an item does not rate is not touched by it.
    """
    against: dict[str, list[Fraction]] = {each: [] for each in hypotheses}
    for item in items:
        for hypothesis in hypotheses:
            if item.ratings.get(hypothesis) is Consistency.INCONSISTENT:
                against[hypothesis].append(item.weight)
    scores = {each: sum(weights, Fraction()) for each, weights in against.items()}
    return tuple(
        Standing(each, scores[each], len(against[each]), 1 + sum(other < scores[each] for other in scores.values()))
        for each in sorted(hypotheses, key=lambda each: scores[each])
    )


def lead(ranking: Ranking) -> tuple[Ranking, Ranking]:
    """Those that share the first rank, and those that share the next one; nobody where all are equal."""
    first = tuple(each for each in ranking if each.rank == 1)
    return first, tuple(each for each in ranking if each.rank == len(first) + 1)


def discriminates(item: Item, hypotheses: Sequence[str]) -> bool:
    """Whether an item tells hypotheses apart: the ratings of those to which it applies are not all equal.

    One case more: inconsistent wherever it applies, and not applicable elsewhere. It weighs on some hypotheses alone,
    so it tells them from the others. With it, this holds: what does not discriminate can be left out without changing
    any rank or any distance between two scores.
    """
    ratings = {item.ratings[each] for each in hypotheses}
    applicable = ratings - {Consistency.NOT_APPLICABLE}
    return len(applicable) > 1 or ratings == {Consistency.INCONSISTENT, Consistency.NOT_APPLICABLE}


def linchpins(items: Sequence[Item], hypotheses: Sequence[str]) -> tuple[Linchpin, ...]:
    """The items whose removal, one at a time, changes the rank of any hypothesis, in the order given."""
    whole = _ranks(rank(items, hypotheses))
    without = ((left_out, rank((each for each in items if each is not left_out), hypotheses)) for left_out in items)
    return tuple(Linchpin(item.key, ranking) for item, ranking in without if _ranks(ranking) != whole)


def rank_over_time(spells: Sequence[Spell], hypotheses: Sequence[str], last: date) -> tuple[Step, ...]:
    """The ranking at each day, up to ``last``, on which an item begins to count, ceases to, or changes its weight."""
    days = {day for spell in spells for day in (spell.since, spell.until) if day <= last}
    steps = []
    for day in sorted(days):
        items = counting(spells, day)
        steps.append(Step(day, len(items), rank(items, hypotheses)))
    return tuple(steps)


def led_since(steps: Sequence[Step]) -> date | None:
    """The day since which those that lead at the last step have led without a break."""
    since = None
    for step in reversed(steps):
        if {each.hypothesis for each in lead(step.ranking)[0]} != {
            each.hypothesis for each in lead(steps[-1].ranking)[0]
        }:
            break
        since = step.day
    return since


def counting(spells: Iterable[Spell], day: date) -> tuple[Item, ...]:
    """The items that count on a day."""
    return tuple(spell.item for spell in spells if spell.since <= day < spell.until)


def _ranks(ranking: Ranking) -> Mapping[str, int]:
    return {each.hypothesis: each.rank for each in ranking}
