"""The reader's weights: exact, without a scale of their own, and honest about what is not known."""

from collections.abc import Mapping
from fractions import Fraction
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.scenarios.weights import Interval, Step, Weighted, normalised, strength_interval, weigh

deterministic = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)

F = Fraction
SCENARIOS = ("new-terms", "drift", "complaint")
AREAS = ("market", "industry", "law")


def points(table: Mapping[str, tuple[int, ...]]) -> dict[tuple[str, str], Interval]:
    """Strengths that are known, by scenario, in the order of the areas."""
    return {
        (scenario, area): Interval(F(value), F(value))
        for scenario, row in table.items()
        for area, value in zip(AREAS, row, strict=False)
    }


# By hand


@pytest.mark.parametrize(
    ("direction", "strength", "low", "high"),
    [
        ("increases", "weak", 1, 1),
        ("decreases", "moderate", 2, 2),
        ("mixed", "strong", 3, 3),
        ("not-stated", "strong", 3, 3),
        ("increases", "not-stated", 1, 3),
        ("mixed", "not-stated", 1, 3),
        ("not-stated", "not-stated", 0, 3),
    ],
)
def test_a_strength_that_is_not_known_is_a_range(direction: str, strength: str, low: int, high: int) -> None:
    """A stated strength is a point, a direction alone is at least weak, and a blank may be anything: it is no zero."""
    assert strength_interval(direction, strength) == Interval(F(low), F(high))


def test_shares_add_up_to_one() -> None:
    """50, 30 and nothing are five eighths, three eighths and nothing, exactly."""
    assert normalised({"a": F(50), "b": F(30), "c": F(0)}) == {"a": F(5, 8), "b": F(3, 8), "c": F(0)}
    assert normalised({"a": F("0.001")}) == {"a": F(1)}


def test_weights_that_weigh_nothing_are_refused() -> None:
    """All zero is not an even split, and a weight below zero has no meaning."""
    with pytest.raises(ValueError, match="all weights are zero"):
        normalised({"a": F(0), "b": F(0)})
    with pytest.raises(ValueError, match="negative"):
        normalised({"a": F(2), "b": F(-1)})


def test_a_sum_worked_by_hand() -> None:
    """Weights 3 and 1: market 3/4 × [1, 3] + 1/4 × 2 = [5/4, 11/4]; industry 3/4 × 3 + 1/4 × [0, 3] = [9/4, 3]."""
    strengths = {
        ("new-terms", "market"): Interval(F(1), F(3)),
        ("new-terms", "industry"): Interval(F(3), F(3)),
        ("drift", "market"): Interval(F(2), F(2)),
        ("drift", "industry"): Interval(F(0), F(3)),
    }
    found = weigh({"new-terms": F(3), "drift": F(1)}, strengths, ["market", "industry"])
    assert found.areas == {"market": Interval(F(5, 4), F(11, 4)), "industry": Interval(F(9, 4), F(3))}
    assert found.contributions == {"new-terms": Interval(F(3), F(9, 2)), "drift": Interval(F(1, 2), F(5, 4))}
    assert found.area_ranking.order == ("industry", "market")
    assert found.scenario_ranking.order == ("new-terms", "drift")
    (step,) = found.area_ranking.steps
    assert not step.certain, "[9/4, 3] and [5/4, 11/4] meet"
    # Middles: market 2·3 + 2·1 = 8, industry 3·3 + 3/2·1 = 21/2. The lead, w + -1/2·v, is none at w = 1/2 or at v = 6.
    assert [(flip.scenario, flip.level) for flip in step.flips] == [("new-terms", F(1, 2)), ("drift", F(6))]
    assert [flip.change for flip in step.flips] == [F(-5, 2), F(5)]
    (order,) = found.scenario_ranking.steps
    assert order.certain, "[3, 9/2] lies above [1/2, 5/4]"
    # Middles of the two sums: 5 each time 3, and 7/2 each time 1; level at 3 × 5 = v × 7/2, or w × 5 = 7/2.
    assert [(flip.scenario, flip.level) for flip in order.flips] == [("new-terms", F(7, 10)), ("drift", F(30, 7))]


def test_equals_are_level_and_stay_as_listed() -> None:
    """Two areas with the same middle are tied, in the order listed, and no weight is said to turn them."""
    found = weigh({"drift": F(1), "new-terms": F(0)}, points({"drift": (2, 2, 1), "new-terms": (1, 3, 1)}), AREAS)
    assert found.area_ranking.order == ("market", "industry", "law")
    first, second = found.area_ranking.steps
    assert first.tied
    assert not first.certain
    assert first.flips == ()
    assert not second.tied
    assert second.certain


def test_one_scenario_has_an_order_that_its_weight_cannot_turn() -> None:
    """With all weight on one scenario, more or less of it changes nothing, and zero would leave nothing to weigh."""
    found = weigh({"drift": F(7)}, points({"drift": (1, 2, 3)}), AREAS)
    assert found.weights == {"drift": F(1)}
    assert found.area_ranking.order == ("law", "industry", "market")
    assert all(step.certain and step.flips == () for step in found.area_ranking.steps)
    assert found.scenario_ranking.order == ("drift",)
    assert found.scenario_ranking.steps == ()


def test_a_weight_may_only_fall_to_zero() -> None:
    """A change that would need a weight below zero is not offered; one to zero makes level and turns nothing."""
    strengths = points({"drift": (2, 2), "new-terms": (3, 1)})
    found = weigh({"drift": F(1), "new-terms": F(1)}, strengths, AREAS[:2])
    (step,) = found.area_ranking.steps
    assert [(flip.scenario, flip.level) for flip in step.flips] == [("new-terms", F(0))]
    never = weigh({"drift": F(1), "new-terms": F(1)}, points({"drift": (3, 1), "new-terms": (3, 1)}), AREAS[:2])
    assert never.area_ranking.steps[0].flips == ()


def test_a_change_that_turns_comes_before_one_that_only_levels() -> None:
    """The nearest change is the nearest that turns the order, even where a fall to zero would be shorter."""
    strengths = points({"drift": (3, 1), "new-terms": (1, 2), "complaint": (1, 1)})
    found = weigh({"drift": F(1), "new-terms": F(0), "complaint": F(1)}, strengths, AREAS[:2])
    (step,) = found.area_ranking.steps
    assert [(flip.scenario, flip.level) for flip in step.flips] == [("new-terms", F(2)), ("drift", F(0))]


# Whatever the numbers


NUMBER = st.fractions(0, 3, max_denominator=4)
INTERVAL = st.tuples(NUMBER, NUMBER).map(lambda ends: Interval(min(ends), max(ends)))
WEIGHT = st.decimals(0, 999_999, places=3, allow_nan=False).map(F) | st.just(F(0))
STRENGTHS = st.fixed_dictionaries({(scenario, area): INTERVAL for scenario in SCENARIOS for area in AREAS})
WEIGHTS = st.fixed_dictionaries(dict.fromkeys(SCENARIOS, WEIGHT)).filter(lambda weights: any(weights.values()))
Strengths = dict[tuple[str, str], Interval]
Weights = dict[str, Fraction]


@deterministic
@given(WEIGHTS, STRENGTHS, st.fractions(F(1, 1000), 1000))
def test_weights_have_no_scale(weights: Weights, strengths: Strengths, factor: Fraction) -> None:
    """1 and 1 is 50 and 50: all weights times any number give the same shares, ranges and order, exactly."""
    plain = weigh(weights, strengths, AREAS)
    scaled = weigh({each: weight * factor for each, weight in weights.items()}, strengths, AREAS)
    assert (scaled.weights, scaled.areas, scaled.contributions) == (plain.weights, plain.areas, plain.contributions)
    assert scaled.area_ranking.order == plain.area_ranking.order
    assert scaled.scenario_ranking.order == plain.scenario_ranking.order
    for step, larger in zip(plain.area_ranking.steps, scaled.area_ranking.steps, strict=True):
        assert {(flip.scenario, flip.level * factor) for flip in step.flips} == {
            (flip.scenario, flip.level) for flip in larger.flips
        }


@deterministic
@given(WEIGHTS, STRENGTHS, st.randoms(use_true_random=False))
def test_the_order_of_entry_does_not_matter(weights: Weights, strengths: Strengths, random: Random) -> None:
    """Scenarios and areas in another order have the same ranges, and the same order wherever they are not level."""
    names, areas = list(SCENARIOS), list(AREAS)
    random.shuffle(names)
    random.shuffle(areas)
    plain, other = weigh(weights, strengths, AREAS), weigh({each: weights[each] for each in names}, strengths, areas)
    assert other.areas == plain.areas
    assert other.contributions == plain.contributions
    middles = [plain.areas[each].middle for each in plain.area_ranking.order]
    assert [other.areas[each].middle for each in other.area_ranking.order] == middles


@deterministic
@given(WEIGHTS, STRENGTHS, st.lists(st.fractions(0, 1), min_size=9, max_size=9))
def test_a_range_holds_whatever_the_strengths_turn_out_to_be(
    weights: Weights, strengths: Strengths, places: list[Fraction]
) -> None:
    """Strengths picked anywhere within their ranges give sums within the ranges, and never against a certain order."""
    found = weigh(weights, strengths, AREAS)
    sample = {
        key: Interval(value, value)
        for (key, span), place in zip(strengths.items(), places, strict=True)
        for value in [span.low + place * (span.high - span.low)]
    }
    real = weigh(weights, sample, AREAS)
    for name, span in (*real.areas.items(), *real.contributions.items()):
        whole = (found.areas | found.contributions)[name]
        assert whole.low <= span.low == span.high <= whole.high
    for step in found.area_ranking.steps:
        assert not step.certain or real.areas[step.ahead].low > real.areas[step.behind].low
    for step in found.scenario_ranking.steps:
        assert not step.certain or real.contributions[step.ahead].low > real.contributions[step.behind].low


def leads(found: Weighted[str], step: Step[str]) -> Fraction:
    spans = found.areas | found.contributions
    return spans[step.ahead].middle - spans[step.behind].middle


@deterministic
@given(WEIGHTS, STRENGTHS, st.fractions(F(1, 100), 10))
def test_a_flip_really_flips(weights: Weights, strengths: Strengths, further: Fraction) -> None:
    """At its level two neighbours are exactly level; before it the order holds, past it it is the other way round."""
    found = weigh(weights, strengths, AREAS)
    for step in (*found.area_ranking.steps, *found.scenario_ranking.steps):
        if step.tied:
            assert leads(found, step) == 0
            assert step.flips == ()
            continue
        assert leads(found, step) > 0
        changes = [abs(flip.change) for flip in step.flips if flip.level]
        assert changes == sorted(changes), "the smallest change is named first"
        for flip in step.flips:
            assert flip.given == weights[flip.scenario]

            def at(weight: Fraction, scenario: str = flip.scenario, step: Step[str] = step) -> Fraction:
                return leads(weigh({**weights, scenario: weight}, strengths, AREAS), step)

            assert at(flip.level) == 0
            assert at(flip.given + flip.change / 2) > 0
            past = flip.level + flip.change * further
            if past >= 0 and (past or any(value for name, value in weights.items() if name != flip.scenario)):
                assert at(past) < 0


@deterministic
@given(WEIGHTS, STRENGTHS)
def test_no_flip_is_missed(weights: Weights, strengths: Strengths) -> None:
    """Where no change of a scenario's weight is named, none turns the order: not to zero, and not to a million."""
    found = weigh(weights, strengths, AREAS)
    for step in found.area_ranking.steps:
        for scenario in SCENARIOS:
            if step.tied or any(flip.scenario == scenario for flip in step.flips):
                continue
            for weight in (F(0), F(1), F(1_000_000_000)):
                changed = {**weights, scenario: weight}
                if any(changed.values()):
                    assert leads(weigh(changed, strengths, AREAS), step) > 0


@deterministic
@given(WEIGHTS, STRENGTHS)
def test_both_sums_are_one_sum(weights: Weights, strengths: Strengths) -> None:
    """What the scenarios add is what the areas hold: the two ways through the table end at the same total."""
    found = weigh(weights, strengths, AREAS)
    for end in ("low", "high"):
        by_area = sum(getattr(span, end) for span in found.areas.values())
        assert by_area == sum(getattr(span, end) for span in found.contributions.values())
