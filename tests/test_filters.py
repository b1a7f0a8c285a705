"""The filter and its address: exact in both directions, canonical, and clear about what it cannot read."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.dates import IncompleteDate
from app.filters import (
    DEFAULT_SIZE,
    DEFAULT_SORT,
    EVIDENCE_PARAMETERS,
    FACETS,
    FIXED,
    KINDS,
    LISTING_PARAMETERS,
    MAX_PAGE,
    MAX_SIZE,
    MAX_WEIGHT,
    MAX_WORDS,
    ORDER,
    PANEL_PARAMETERS,
    PLAIN_PARAMETERS,
    WEIGHT,
    BadParameter,
    Fault,
    Filter,
    Sort,
    parse_filter,
)
from app.vocabulary import Attribution, Listing

deterministic = settings(
    derandomize=True, deadline=None, database=None, phases=(Phase.explicit, Phase.generate, Phase.shrink)
)

TODAY = date(2026, 11, 22)
KNOWN = {
    "issue": ("competition", "exclusive-rights", "ownership", "windsurf"),
    "party": ("amazon", "microsoft", "openai"),
    "source": ("article-fr", "fortune-2023-01-24", "microsoft-10-k-2025"),
    "impact": ("industry", "market", "regulation", "technology"),
    "driver": ("azure-dependence", "conversion-deadline"),
    "scenario": ("complaint", "drift", "new-terms", "rupture"),
    "without": ("claim:r050", "claim:u8-b"),
}
Pairs = Sequence[tuple[str, str]]


def parse(
    pairs: Pairs, listing: Listing | None = Listing.CLAIMS, accepted: Sequence[str] = LISTING_PARAMETERS
) -> Filter:
    return parse_filter(pairs, listing=listing, known=KNOWN, today=TODAY, accepted=accepted)


def refused(pairs: Pairs, listing: Listing = Listing.CLAIMS) -> BadParameter:
    with pytest.raises(BadParameter) as caught:
        parse(pairs, listing)
    return caught.value


def values_of(parameter: str, listing: Listing) -> Sequence[str]:
    return tuple(KINDS[listing]) if parameter == "kind" else FIXED.get(parameter) or KNOWN[parameter]


def chosen_of(values: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.sets(st.sampled_from([str(each) for each in values]), max_size=3).map(lambda some: tuple(sorted(some)))


INCOMPLETE = st.builds(
    lambda day, precision: day.isoformat()[:precision], st.dates(date(1990, 1, 1)), st.sampled_from([4, 7, 10])
)
WORDS = (
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and text.isprintable())
)


TICKS = {
    listing: st.lists(
        st.sampled_from([(each, str(value)) for each in FACETS for value in values_of(each, listing)]), max_size=6
    )
    for listing in Listing
}
SINGLE = {
    listing: st.fixed_dictionaries(
        {},
        optional={
            "from_": INCOMPLETE,
            "to": INCOMPLETE,
            "q": WORDS,
            "as_of": st.dates(date(2019, 1, 1), TODAY),
            "sort": st.sampled_from([each for each in Sort if each != DEFAULT_SORT[listing]]),
            "page": st.integers(1, MAX_PAGE),
            "size": st.integers(1, MAX_SIZE).filter(lambda size, usual=DEFAULT_SIZE[listing]: size != usual),
        },
    )
    for listing in Listing
}


def make_filter(ticks: Pairs, single: dict[str, Any]) -> Filter:
    """A filter as ``parse_filter`` could have given it."""
    since, until = single.get("from_"), single.get("to")
    if since and until and IncompleteDate.parse(since).first > IncompleteDate.parse(until).last:
        single = {**single, "from_": until, "to": since}
    facets = {each: tuple(sorted({value for facet, value in ticks if facet == each})) for each in FACETS}
    return Filter(**facets, **single)


ANY_FILTER = st.sampled_from(Listing).flatmap(
    lambda listing: st.tuples(st.just(listing), st.builds(make_filter, TICKS[listing], SINGLE[listing]))
)


# The round trip


@settings(deterministic, max_examples=150)
@given(ANY_FILTER)
def test_a_filter_is_its_address(listed: tuple[Listing, Filter]) -> None:
    """A filter's pairs, and its query string as a browser reads it back, give the same filter again."""
    listing, chosen = listed
    assert parse(chosen.pairs(), listing) == chosen
    query = chosen.query()
    assert query == "" or query.startswith("?")
    assert parse(parse_qsl(query[1:], keep_blank_values=True), listing) == chosen
    assert query.isascii()


PANEL_NAMES = ("impact", "as_of", "scenario", *(f"{WEIGHT}{each}" for each in KNOWN["scenario"]), "cell")
WEIGHTS = st.dictionaries(
    st.sampled_from(KNOWN["scenario"]),
    st.decimals(Decimal("0.001"), MAX_WEIGHT, places=3, allow_nan=False).map(lambda number: f"{number.normalize():f}"),
).map(lambda some: tuple(sorted(some.items())))


@settings(deterministic, max_examples=100)
@given(
    chosen_of(KNOWN["impact"]),
    chosen_of(KNOWN["scenario"]),
    st.none() | st.dates(date(2019, 1, 1), TODAY),
    WEIGHTS,
    st.none() | st.just("new-terms-market"),
)
def test_the_panel_has_a_round_trip_of_its_own(
    impact: tuple[str, ...],
    scenario: tuple[str, ...],
    as_of: date | None,
    weights: tuple[tuple[str, str], ...],
    cell: str | None,
) -> None:
    """The panel takes scenarios, impact areas, a day, weights and a cell, and gives the same address back."""
    chosen = Filter(impact=impact, scenario=scenario, as_of=as_of, weights=weights, cell=cell)
    assert parse(chosen.pairs(), accepted=PANEL_PARAMETERS) == chosen
    assert parse(parse_qsl(chosen.query()[1:]), accepted=PANEL_PARAMETERS) == chosen
    names = [parameter for parameter, _ in chosen.pairs()]
    assert names == sorted(names, key=PANEL_NAMES.index), "the weights stand after the scenarios, by name"
    with pytest.raises(BadParameter) as caught:
        parse([*chosen.pairs(), ("q", "x")], accepted=PANEL_PARAMETERS)
    assert caught.value.parameter == "q"
    assert caught.value.expected == PANEL_NAMES


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("50", "50"), ("050", "50"), ("50.500", "50.5"), ("1.0", "1"), ("0.001", "0.001"), (" 7 ", "7"),
     ("999999999.999", "999999999.999"), ("100", "100")],
)  # fmt: skip
def test_a_weight_has_one_way_of_writing(typed: str, kept: str) -> None:
    """Zeros that say nothing are dropped, those of a hundred are not, and no digit is lost."""
    chosen = parse([("w.drift", typed)], accepted=PANEL_PARAMETERS)
    assert chosen.pairs() == [("w.drift", kept)]
    assert chosen.weight("drift") == Fraction(typed.strip())


def test_a_weight_of_zero_is_a_scenario_that_is_not_named() -> None:
    """Zeros beside a weight are left out; without any weight there is no weighing at all."""
    chosen = parse([("w.drift", "0.0"), ("w.rupture", "2"), ("w.new-terms", "")], accepted=PANEL_PARAMETERS)
    assert chosen.pairs() == [("w.rupture", "2")]
    assert chosen.weight("drift") == chosen.weight("new-terms") == 0
    assert parse([("w.drift", ""), ("w.rupture", " ")], accepted=PANEL_PARAMETERS).weights == ()


@pytest.mark.parametrize(
    ("value", "fault"),
    [("-1", Fault.NOT_A_WEIGHT), ("1e3", Fault.NOT_A_WEIGHT), ("1,5", Fault.NOT_A_WEIGHT), (".5", Fault.NOT_A_WEIGHT),
     ("5.", Fault.NOT_A_WEIGHT), ("1234567890", Fault.NOT_A_WEIGHT), ("1.0000", Fault.NOT_A_WEIGHT),
     ("٣", Fault.NOT_A_WEIGHT), ("1/2", Fault.NOT_A_WEIGHT), ("NaN", Fault.NOT_A_WEIGHT), ("0", Fault.ALL_ZERO),
     ("0.000", Fault.ALL_ZERO)],
)  # fmt: skip
def test_a_bad_weight_is_refused_by_name(value: str, fault: Fault) -> None:
    """What is no weight is named with what it takes; weights that are all zero are named too."""
    with pytest.raises(BadParameter) as caught:
        parse([("w.complaint", value)], accepted=PANEL_PARAMETERS)
    assert (caught.value.parameter, caught.value.value, caught.value.fault) == ("w.complaint", value, fault)


def test_weights_are_the_panels_and_of_scenarios_on_file() -> None:
    """A list takes no weights, a scenario that is not on file has none, and one is given once."""
    assert refused([("w.drift", "1")]).fault is Fault.UNKNOWN_PARAMETER
    for pairs, fault in (
        ([("w.peace", "1")], Fault.UNKNOWN_PARAMETER),
        ([("w.", "1")], Fault.UNKNOWN_PARAMETER),
        ([("w.drift", "1"), ("w.drift", "2")], Fault.REPEATED),
    ):
        with pytest.raises(BadParameter) as caught:
            parse(pairs, accepted=PANEL_PARAMETERS)
        assert caught.value.fault is fault


def test_steps_on_the_panel_keep_what_they_should() -> None:
    """Another choice keeps the weights and folds the cell; clearing the weights keeps the rest."""
    chosen = Filter(scenario=("drift",), weights=(("drift", "2"),), cell="drift-market")
    assert chosen.toggled("scenario", "rupture") == Filter(scenario=("drift", "rupture"), weights=(("drift", "2"),))
    assert chosen.unweighted() == Filter(scenario=("drift",), cell="drift-market")
    assert chosen.opening("drift-law").cell == "drift-law"
    assert Filter(impact=("market",)).is_picked
    assert not Filter(weights=(("drift", "2"),)).is_picked


SWITCHES = (*(f"attribution:{each}" for each in Attribution), *KNOWN["without"])


@settings(deterministic, max_examples=100)
@given(chosen_of(SWITCHES), st.none() | st.dates(date(2019, 1, 1), TODAY), st.randoms(use_true_random=False))
def test_evidence_is_switched_off_by_address(without: tuple[str, ...], as_of: date | None, random: Random) -> None:
    """What is left out has a canonical address, in any order and repeated; switching twice gives the same again."""
    chosen = Filter(without_=without, as_of=as_of)
    pairs = [*chosen.pairs(), *chosen.pairs()]
    random.shuffle(pairs)
    found = parse(pairs, accepted=EVIDENCE_PARAMETERS)
    assert found == chosen
    assert parse_qsl(chosen.query()[1:]) == chosen.pairs()
    assert "%3A" not in chosen.query(), "the address can be read"
    for switch in SWITCHES:
        once = chosen.toggled("without", switch)
        assert (switch in once.values("without")) is not (switch in without)
        assert once.toggled("without", switch) == chosen
    assert chosen.without("without") == Filter(as_of=as_of)


@pytest.mark.parametrize(
    "value", ["unnamed", "attribution:gossip", "claim:nothing", "claim:", "source:article-fr", ":"]
)
def test_what_cannot_be_switched_off_is_refused(value: str) -> None:
    """Only an attribution's word or a rated claim's id is taken, and the refusal lists them."""
    with pytest.raises(BadParameter) as caught:
        parse([("without", value)], accepted=EVIDENCE_PARAMETERS)
    assert (caught.value.parameter, caught.value.value, caught.value.fault) == ("without", value, Fault.UNKNOWN_VALUE)
    assert caught.value.expected == SWITCHES


@settings(deterministic, max_examples=100)
@given(ANY_FILTER, st.randoms(use_true_random=False))
def test_an_address_in_any_order_has_one_canonical_form(listed: tuple[Listing, Filter], random: Random) -> None:
    """Shuffled, with repeated values, empty fields and defaults written out, an address still means the same."""
    listing, chosen = listed
    pairs = [*chosen.pairs(), *[pair for pair in chosen.pairs() if pair[0] in FACETS]]
    pairs += [(parameter, "") for parameter in LISTING_PARAMETERS]
    if chosen.sort is None:
        pairs.append(("sort", DEFAULT_SORT[listing]))
    if chosen.size is None:
        pairs.append(("size", str(DEFAULT_SIZE[listing])))
    if chosen.page == 1:
        pairs.append(("page", "1"))
    random.shuffle(pairs)
    assert parse(pairs, listing) == chosen
    assert parse(pairs, listing).pairs() == chosen.pairs()


@settings(deterministic, max_examples=100)
@given(ANY_FILTER)
def test_the_canonical_order_is_fixed(listed: tuple[Listing, Filter]) -> None:
    """Parameters stand in their fixed order, values in theirs, each once, and defaults are left out."""
    listing, chosen = listed
    pairs = chosen.pairs()
    assert pairs == sorted(pairs, key=lambda pair: (ORDER.index(pair[0]), pair[1]))
    assert len(pairs) == len(set(pairs))
    for pair in (("page", "1"), ("sort", DEFAULT_SORT[listing]), ("size", str(DEFAULT_SIZE[listing]))):
        assert pair not in pairs, f"{pair} is the default and is left out"
    assert parse([], listing).pairs() == []


KEYS = st.sampled_from([*ORDER, "scenario", "issues", "FROM", "", "utm_source", "page "])
VALUES = st.one_of(
    st.sampled_from(
        ["", " ", "openai", "ownership", "confirmed", "event", "U1", "2025", "2025-06-18", "1", "-1", "newest"]
    ),
    st.text(max_size=10),
)


@settings(deterministic, max_examples=200)
@given(st.sampled_from(Listing), st.lists(st.tuples(KEYS, VALUES), max_size=6))
def test_any_address_is_read_or_refused_by_name(listing: Listing, pairs: list[tuple[str, str]]) -> None:
    """Whatever an address holds, it is read, and stays so, or a parameter that was given is named as bad."""
    bad = None
    try:
        chosen = parse(pairs, listing)
    except BadParameter as caught:
        bad = caught
    if bad is not None:
        assert bad.parameter in {parameter for parameter, _ in pairs}, "a refusal names a parameter that was given"
        stripped = [(parameter, value.strip()) for parameter, value in pairs]
        assert (bad.parameter, bad.value) in [*pairs, *stripped], "and its value"
        return
    assert parse(chosen.pairs(), listing) == chosen
    assert {parameter for parameter, _ in chosen.pairs()} <= {parameter for parameter, _ in pairs}


# Steps from one filter to another


@settings(deterministic, max_examples=100)
@given(ANY_FILTER, st.sampled_from(FACETS), st.data())
def test_a_value_toggled_twice_is_as_before(
    listed: tuple[Listing, Filter], parameter: str, data: st.DataObject
) -> None:
    """Choosing a value and taking it back leads to the first page of the same list."""
    listing, chosen = listed
    value = str(data.draw(st.sampled_from(list(values_of(parameter, listing)))))
    once = chosen.toggled(parameter, value)
    assert (value in once.values(parameter)) != (value in chosen.values(parameter))
    assert chosen.toggles(parameter)(value) == once.query(), "written for all values of a facet at once, it is the same"
    assert once.page == 1, "another list begins at its first page"
    assert once.toggled(parameter, value) == replace(chosen, page=1)
    assert parse(once.pairs(), listing) == once, "a link of a facet leads to a canonical address"


@settings(deterministic, max_examples=100)
@given(ANY_FILTER, st.sampled_from(LISTING_PARAMETERS))
def test_a_parameter_can_be_dropped(listed: tuple[Listing, Filter], parameter: str) -> None:
    """Without a parameter, an address is the same but for it and the page."""
    _, chosen = listed
    left = chosen.without(parameter).pairs()
    assert left == [pair for pair in chosen.pairs() if pair[0] not in (parameter, "page")]


@settings(deterministic, max_examples=100)
@given(ANY_FILTER, st.integers(1, MAX_PAGE))
def test_pages_and_clear_all_keep_what_they_should(listed: tuple[Listing, Filter], page: int) -> None:
    """Another page keeps the filter; 'clear all' keeps the day of the view and nothing else."""
    _, chosen = listed
    assert replace(chosen.at_page(page), page=chosen.page) == chosen
    assert chosen.at_page(page).page == page
    cleared = chosen.unfiltered()
    assert cleared == Filter(as_of=chosen.as_of)
    assert not cleared.is_narrowed


@settings(deterministic, max_examples=100)
@given(ANY_FILTER)
def test_only_what_may_leave_entries_out_counts_as_a_filter(listed: tuple[Listing, Filter]) -> None:
    """Sorting, paging and the day of the view narrow nothing; everything else does."""
    _, chosen = listed
    narrowing = {parameter for parameter, _ in chosen.pairs()} - {"sort", "page", "size", "as_of"}
    assert chosen.is_narrowed == bool(narrowing)


def test_values_of_a_parameter_may_be_repeated() -> None:
    """The same value twice is one, and different ones are kept in a fixed order."""
    chosen = parse([("party", "openai"), ("party", "microsoft"), ("party", "openai")])
    assert chosen.party == ("microsoft", "openai")
    assert chosen.query() == "?party=microsoft&party=openai"


def test_empty_fields_are_not_given() -> None:
    """A form sends its empty fields: they, and fields of nothing but space, change nothing."""
    assert parse([(parameter, "") for parameter in LISTING_PARAMETERS]) == Filter()
    assert parse([(parameter, " \u00a0 ") for parameter in LISTING_PARAMETERS]) == Filter()


def test_words_are_kept_but_for_their_spaces() -> None:
    """A search keeps its signs and its case; space around and between words is made plain."""
    assert parse([("q", "  Azure\u00a0exclusif \t AND* ")]).q == "Azure exclusif AND*"
    assert parse([("q", "x" * MAX_WORDS)]).q == "x" * MAX_WORDS


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("x" * 10_000, "x" * MAX_WORDS),
        ("azure " * 2_000, "azure " * 32 + "azure"),
        ("x" * MAX_WORDS + " y", "x" * MAX_WORDS),
        ("a\x00b", "a b"),
        ("\x1b[31m", "[31m"),
        ("\u202etxt", "txt"),
        ("\ufffe", None),
    ],
)
def test_any_words_are_taken(typed: str, words: str | None) -> None:
    """Of what is too long the first words are kept, and what is no text is passed over, in each list and the search."""
    for listing in (*Listing, None):
        assert parse([("q", typed)], listing).q == words


@settings(deterministic, max_examples=200)
@given(st.text(max_size=600))
def test_words_that_were_taken_are_taken_again(typed: str) -> None:
    """What is kept of any text is short, and is kept as it is: its address leads to itself."""
    words = parse([("q", typed)]).q
    assert words is None or 0 < len(words) <= MAX_WORDS
    assert parse([("q", words or "")]).q == words


def test_today_is_a_day_that_can_be_looked_at() -> None:
    """The view may be of any day up to today."""
    assert parse([("as_of", "2026-11-22")]).as_of == TODAY
    assert parse([("as_of", "2019-07-22")]).as_of == date(2019, 7, 22)


def test_dates_that_overlap_are_not_backwards() -> None:
    """A day within a year may begin or end a range with that year."""
    for since, until in (("2025-06-18", "2025"), ("2025", "2025-06-18"), ("2025", "2025"), ("2025-06", "2025-06-01")):
        chosen = parse([("from", since), ("to", until)])
        assert (chosen.from_, chosen.to) == (since, until)


# What is refused


@pytest.mark.parametrize(
    ("pairs", "parameter", "fault"),
    [
        ([("banana", "1")], "banana", Fault.UNKNOWN_PARAMETER),
        ([("banana", "")], "banana", Fault.UNKNOWN_PARAMETER),
        ([("Issue", "ownership")], "Issue", Fault.UNKNOWN_PARAMETER),
        ([("scenario", "drift")], "scenario", Fault.UNKNOWN_PARAMETER),
        ([("without", "claim:u8-b")], "without", Fault.UNKNOWN_PARAMETER),
        ([("issue", "ownershp")], "issue", Fault.UNKNOWN_VALUE),
        ([("issue", "Ownership")], "issue", Fault.UNKNOWN_VALUE),
        ([("issue", "ownership,windsurf")], "issue", Fault.UNKNOWN_VALUE),
        ([("party", "openai"), ("party", "nobody")], "party", Fault.UNKNOWN_VALUE),
        ([("status", "true")], "status", Fault.UNKNOWN_VALUE),
        ([("kind", "press")], "kind", Fault.UNKNOWN_VALUE),
        ([("attribution", "x")], "attribution", Fault.UNKNOWN_VALUE),
        ([("source", "U1")], "source", Fault.UNKNOWN_VALUE),
        ([("impact", "x")], "impact", Fault.UNKNOWN_VALUE),
        ([("driver", "x")], "driver", Fault.UNKNOWN_VALUE),
        ([("flag", "' OR 1=1 --")], "flag", Fault.UNKNOWN_VALUE),
        ([("sort", "best")], "sort", Fault.UNKNOWN_VALUE),
        ([("from", "banana")], "from", Fault.NOT_A_DATE),
        ([("from", "2025-02-30")], "from", Fault.NOT_A_DATE),
        ([("to", "2025-13")], "to", Fault.NOT_A_DATE),
        ([("to", "0000")], "to", Fault.NOT_A_DATE),
        ([("from", "2025-07"), ("to", "2025-06")], "from", Fault.BACKWARDS),
        ([("from", "2026"), ("to", "2025-12-31")], "from", Fault.BACKWARDS),
        ([("from", "2025"), ("from", "2026")], "from", Fault.REPEATED),
        ([("as_of", "2025")], "as_of", Fault.NOT_A_DAY),
        ([("as_of", "2025-06")], "as_of", Fault.NOT_A_DAY),
        ([("as_of", "yesterday")], "as_of", Fault.NOT_A_DAY),
        ([("as_of", (TODAY + timedelta(1)).isoformat())], "as_of", Fault.FUTURE),
        ([("as_of", "9999-12-31")], "as_of", Fault.FUTURE),
        ([("page", "-1")], "page", Fault.NOT_A_NUMBER),
        ([("page", "0")], "page", Fault.NOT_A_NUMBER),
        ([("page", "1.5")], "page", Fault.NOT_A_NUMBER),
        ([("page", "1e3")], "page", Fault.NOT_A_NUMBER),
        ([("page", "banana")], "page", Fault.NOT_A_NUMBER),
        ([("page", "٣")], "page", Fault.NOT_A_NUMBER),
        ([("page", "²")], "page", Fault.NOT_A_NUMBER),
        ([("page", str(MAX_PAGE + 1))], "page", Fault.NOT_A_NUMBER),
        ([("page", "9" * 5000)], "page", Fault.NOT_A_NUMBER),
        ([("page", "1"), ("page", "2")], "page", Fault.REPEATED),
        ([("size", "0")], "size", Fault.NOT_A_NUMBER),
        ([("size", "201")], "size", Fault.NOT_A_NUMBER),
        ([("size", "-5")], "size", Fault.NOT_A_NUMBER),
        ([("q", "a"), ("q", "b")], "q", Fault.REPEATED),
        ([("sort", "newest"), ("sort", "oldest")], "sort", Fault.REPEATED),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(pairs: Pairs, parameter: str, fault: Fault) -> None:
    """Each kind of fault names the parameter, the value and why, and nothing is guessed or ignored."""
    bad = refused(pairs)
    assert (bad.parameter, bad.fault) == (parameter, fault)
    assert (bad.parameter, bad.value) in pairs, "the value is shown as it was given"
    assert len(str(bad)) < 200, "a refusal stays short, however long the value"


def test_every_kind_of_fault_is_tried() -> None:
    """The cases above hold every fault that the filter of a list can find.

    Those of weights and of the last page have cases of their own, and what is too much is refused before it is read
    (``test_errors.py``).
    """
    tried = {
        mark.args[1][n][2]
        for mark in test_what_cannot_be_read_is_refused_by_name.pytestmark
        for n in range(len(mark.args[1]))
    }
    elsewhere = {Fault.PAST_THE_END, Fault.NOT_A_WEIGHT, Fault.ALL_ZERO, Fault.TOO_MANY}
    assert tried == set(Fault) - elsewhere, "a new fault needs a case"


def test_a_refusal_says_what_the_parameter_takes() -> None:
    """An unknown value lists the known ones, of this list; an unknown parameter lists the parameters."""
    assert refused([("issue", "x")]).expected == KNOWN["issue"]
    assert refused([("kind", "deal")], Listing.CLAIMS).expected == tuple(KINDS[Listing.CLAIMS])
    assert parse([("kind", "deal")], Listing.DEVELOPMENTS).kind == ("deal",)
    assert refused([("banana", "x")]).expected == LISTING_PARAMETERS
    assert refused([("size", "201")]).expected == ("1", str(MAX_SIZE))
    with pytest.raises(BadParameter) as caught:
        parse([("issue", "ownership")], accepted=PLAIN_PARAMETERS)
    assert caught.value.expected == PLAIN_PARAMETERS


@settings(deterministic, max_examples=100)
@given(st.sampled_from(Listing), st.sampled_from(FACETS), st.text(min_size=1, max_size=20))
def test_a_value_that_is_not_listed_is_refused(listing: Listing, parameter: str, value: str) -> None:
    """No facet takes a value outside its list."""
    assume(value.strip() and value not in values_of(parameter, listing))
    assert refused([(parameter, value)], listing).fault is Fault.UNKNOWN_VALUE
