"""Competing hypotheses: a worked example by hand, and what must hold of any evidence."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.scenarios.competing_hypotheses import (
    Item,
    Ranking,
    Spell,
    counting,
    discriminates,
    lead,
    linchpins,
    rank,
    rank_over_time,
    weigh,
)
from app.vocabulary import Consistency, Credibility, Reliability

deterministic = settings(
    derandomize=True, deadline=None, database=None, phases=(Phase.explicit, Phase.generate, Phase.shrink)
)

C, I, N, X = Consistency.CONSISTENT, Consistency.INCONSISTENT, Consistency.NEUTRAL, Consistency.NOT_APPLICABLE  # noqa: E741
THREE = ("h1", "h2", "h3")


def item(key: str, weight: Fraction, *ratings: Consistency) -> Item:
    return Item(key, weight, dict(zip(THREE, ratings, strict=False)))


EXAMPLE = (
    item("e1", Fraction(1), C, I, I),
    item("e2", Fraction(16, 25), I, C, N),
    item("e3", Fraction(9, 25), C, C, I),
)
"""Three items, three hypotheses. By hand: h1 has 16/25 against it (e2), h2 has 1 (e1), h3 has 1 + 9/25 (e1 and e3)."""


def ranks(ranking: Ranking) -> Mapping[str, int]:
    return {each.hypothesis: each.rank for each in ranking}


def scores(ranking: Ranking) -> Mapping[str, Fraction]:
    return {each.hypothesis: each.score for each in ranking}


def test_the_worked_example() -> None:
    """Scores, counts, ranks, the lead and the linchpins are those worked out by hand."""
    ranking = rank(EXAMPLE, THREE)
    assert [(each.hypothesis, each.score, each.against, each.rank) for each in ranking] == [
        ("h1", Fraction(16, 25), 1, 1),
        ("h2", Fraction(1), 1, 2),
        ("h3", Fraction(34, 25), 2, 3),
    ]
    first, following = lead(ranking)
    assert [each.hypothesis for each in (*first, *following)] == ["h1", "h2"]
    # Without e1: h2 0, h3 9/25, h1 16/25. Without e2: h1 0, h2 1, h3 34/25, as before. Without e3: h2 and h3 share 1.
    found = {each.key: ranks(each.ranking) for each in linchpins(EXAMPLE, THREE)}
    assert found == {"e1": {"h2": 1, "h3": 2, "h1": 3}, "e3": {"h1": 1, "h2": 2, "h3": 2}}


def test_equals_share_a_rank_and_the_next_is_left_free() -> None:
    """Two at the first rank leave the second free, and the lead is theirs together; without evidence all are equal."""
    ranking = rank([item("e", Fraction(1), C, N, I)], THREE)
    assert [each.rank for each in ranking] == [1, 1, 3]
    first, following = lead(ranking)
    assert [each.hypothesis for each in first] == ["h1", "h2"]
    assert [each.hypothesis for each in following] == ["h3"]
    assert lead(rank([], THREE)) == (rank([], THREE), ())
    assert {each.rank for each in rank([], THREE)} == {1}


def test_a_grade_weighs_by_both_its_halves() -> None:
    """A1 weighs 1; each step down weighs less, and what cannot be judged weighs like the lowest step."""
    assert weigh(Reliability.A, Credibility.ONE) == 1
    assert weigh(Reliability.C, Credibility.THREE) == Fraction(9, 25)
    assert weigh(Reliability.D, Credibility.SIX) == Fraction(2, 25)
    for credibility in Credibility:
        falling = [weigh(each, credibility) for each in Reliability]
        assert falling[:5] == sorted(set(falling), reverse=True)
        assert falling[5] == falling[4] > 0
    for reliability in Reliability:
        falling = [weigh(reliability, each) for each in Credibility]
        assert falling[:5] == sorted(set(falling), reverse=True)
        assert falling[5] == falling[4] > 0


@pytest.mark.parametrize(
    ("ratings", "told_apart"),
    [
        ((C, C, C), False),
        ((I, I, I), False),
        ((N, N, X), False),
        ((C, X, X), False),
        ((X, X, X), False),
        ((C, N, X), True),
        ((C, I, N), True),
        ((I, I, X), True),
        ((I, X, X), True),
    ],
)
def test_what_discriminates(ratings: Sequence[Consistency], told_apart: bool) -> None:
    """Unequal ratings tell hypotheses apart, and so does weighing on some where the others are not concerned."""
    assert discriminates(item("e", Fraction(1), *ratings), THREE) is told_apart


GRADES = st.builds(weigh, st.sampled_from(Reliability), st.sampled_from(Credibility))
RATINGS = st.fixed_dictionaries({each: st.sampled_from(Consistency) for each in THREE})
ITEMS = st.lists(st.tuples(GRADES, RATINGS), max_size=8).map(
    lambda found: [Item(f"e{n}", weight, ratings) for n, (weight, ratings) in enumerate(found)]
)


@settings(deterministic, max_examples=150)
@given(ITEMS, st.randoms(use_true_random=False))
def test_no_order_matters(items: list[Item], random: Random) -> None:
    """Neither the order of the items nor that of the hypotheses changes a score, a rank or a linchpin."""
    shuffled, others = random.sample(items, len(items)), random.sample(THREE, len(THREE))
    assert scores(rank(shuffled, others)) == scores(rank(items, THREE))
    assert ranks(rank(shuffled, others)) == ranks(rank(items, THREE))
    assert {each.key for each in linchpins(shuffled, others)} == {each.key for each in linchpins(items, THREE)}


@settings(deterministic, max_examples=150)
@given(ITEMS)
def test_a_score_can_be_worked_out_again(items: list[Item]) -> None:
    """A score is the sum of the weights of what is inconsistent; a rank is one more than the number of lower scores."""
    ranking = rank(items, THREE)
    for each in ranking:
        against = [one.weight for one in items if one.ratings[each.hypothesis] is I]
        assert (each.score, each.against) == (sum(against, Fraction()), len(against))
        assert each.rank == 1 + len([other for other in ranking if other.score < each.score])
    assert [each.score for each in ranking] == sorted(each.score for each in ranking)


@settings(deterministic, max_examples=150)
@given(ITEMS, GRADES, RATINGS)
def test_only_what_is_inconsistent_counts(
    items: list[Item], weight: Fraction, ratings: Mapping[str, Consistency]
) -> None:
    """One more item raises the score of a hypothesis by its weight where it is inconsistent, and else not at all."""
    before, after = scores(rank(items, THREE)), scores(rank([*items, Item("new", weight, ratings)], THREE))
    for hypothesis in THREE:
        assert after[hypothesis] - before[hypothesis] == (weight if ratings[hypothesis] is I else 0)


@settings(deterministic, max_examples=300)
@given(ITEMS)
def test_what_does_not_discriminate_never_matters(items: list[Item]) -> None:
    """An item that does not discriminate, be it inconsistent with all, can be left out: no rank or distance changes."""
    whole = rank(items, THREE)
    pins = {each.key for each in linchpins(items, THREE)}
    for one in items:
        if discriminates(one, THREE):
            continue
        rest = rank([each for each in items if each is not one], THREE)
        assert ranks(rest) == ranks(whole)
        here, there = scores(rest), scores(whole)
        assert all(here[each] - here["h1"] == there[each] - there["h1"] for each in THREE)
        assert one.key not in pins


DAY = date(2025, 6, 18)


def test_the_ranking_steps_when_evidence_comes_and_goes() -> None:
    """There is a step for each day on which an item begins or ceases to count or weighs otherwise, and none later."""
    first, heavier = item("e1", Fraction(6, 25), I, C, C), item("e1", Fraction(15, 25), I, C, C)
    other = item("e2", Fraction(9, 25), C, I, C)
    days = [DAY + timedelta(n) for n in range(6)]
    spells = [
        Spell(first, days[0], days[1]),
        Spell(heavier, days[1], days[4]),
        Spell(other, days[2], date.max),
    ]
    steps = rank_over_time(spells, THREE, last=days[3])
    assert [(each.day, each.items) for each in steps] == [(days[0], 1), (days[1], 1), (days[2], 2)]
    assert [scores(each.ranking)["h1"] for each in steps] == [Fraction(6, 25), Fraction(15, 25), Fraction(15, 25)]
    later = rank_over_time(spells, THREE, last=days[5])
    assert later[:3] == steps
    assert (later[3].day, later[3].items, scores(later[3].ranking)["h1"]) == (days[4], 1, 0)


@settings(deterministic, max_examples=100)
@given(ITEMS, st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=8, max_size=8), st.integers(0, 20))
def test_each_step_is_the_ranking_of_its_day(items: list[Item], spans: list[tuple[int, int]], last: int) -> None:
    """On every day the newest step is the ranking of what counts then."""
    spells = [
        Spell(each, DAY + timedelta(start), DAY + timedelta(start + length))
        for each, (start, length) in zip(items, spans, strict=False)
    ]
    steps = rank_over_time(spells, THREE, last=DAY + timedelta(last))
    for day in (DAY + timedelta(n) for n in range(last + 1)):
        before = [each for each in steps if each.day <= day]
        now = counting(spells, day)
        if before:
            assert (before[-1].items, before[-1].ranking) == (len(now), rank(now, THREE))
        else:
            assert not now
