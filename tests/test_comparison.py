"""The factor-ten lens: which readings disagree, and in what way."""

from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.comparison import Comparable, Conflict, ConflictKind, find_conflicts, gather, is_power_of_ten, ratio_of
from app.vocabulary import Bound

ONE = Comparable(
    id="one",
    value=Decimal(1300000000),
    upper=None,
    bound=Bound.EXACT,
    measure="invested",
    condition="none-stated",
    of_one_case=False,
    first=date(2025, 6, 1),
    last=date(2025, 6, 30),
)
AMOUNTS = st.decimals(min_value="0.01", max_value="1e13", places=2, allow_nan=False, allow_infinity=False)


def kinds(*readings: Comparable) -> list[ConflictKind]:
    return [conflict.kind for conflict in find_conflicts(readings)]


@settings(derandomize=True)
@given(AMOUNTS, st.integers(1, 6), st.sampled_from(Bound), st.sampled_from(Bound))
def test_a_power_of_ten_is_flagged(amount: Decimal, power: int, bound: Bound, other: Bound) -> None:
    """Whatever the amount and the bounds, a and 10ⁿ·a of one measure and condition are flagged, with their ratio."""
    slip = replace(ONE, id="two", value=amount * 10**power, bound=other)
    (conflict,) = find_conflicts([replace(ONE, value=amount, bound=bound), slip])
    assert conflict == Conflict(ConflictKind.FACTOR_TEN, ("one", "two"), Fraction(10**power))


@settings(derandomize=True)
@given(AMOUNTS, st.sampled_from(["1", "1.5", "2", "3", "5", "7", "20", "50"]))
def test_any_other_factor_is_not_taken_for_one(amount: Decimal, factor: str) -> None:
    """Twice as much, or twenty times, is another value and never a slip of the scale word."""
    assert ConflictKind.FACTOR_TEN not in kinds(
        replace(ONE, value=amount), replace(ONE, id="two", value=amount * Decimal(factor))
    )


@settings(derandomize=True)
@given(AMOUNTS, st.integers(1, 6))
def test_unlike_things_are_never_compared(amount: Decimal, power: int) -> None:
    """Across measures, or across conditions, no ratio means anything."""
    for change in ({"measure": "funded"}, {"condition": "once-listed"}):
        other = replace(ONE, id="two", value=amount * 10**power, **change)  # type: ignore[arg-type]
        assert kinds(replace(ONE, value=amount), other) == []


def test_two_renderings_of_one_statement_show_all_that_differs() -> None:
    """Where both pass on the same statement, another amount, another measure and another condition are each said."""
    article = replace(ONE, value=Decimal("2e9"), measure="lost", condition="break-up", statement="report")
    other = replace(ONE, id="two", value=Decimal("20e9"), measure="risk", condition="deadline", statement="report")
    assert kinds(article, other) == [ConflictKind.FACTOR_TEN, ConflictKind.MEASURE, ConflictKind.CONDITION]
    assert kinds(article, replace(other, statement="another")) == []


def test_values_conflict_only_where_no_quantity_fits_both() -> None:
    """Bounds are honoured: "more than 13" and 13.75 agree, 13 and 13.75 do not; other days are another matter."""
    exact = replace(ONE, value=Decimal("13e9"))
    more = replace(ONE, id="two", value=Decimal("13.75e9"))
    assert kinds(exact, more) == [ConflictKind.VALUE]
    assert kinds(replace(exact, bound=Bound.AT_LEAST), more) == []
    assert kinds(exact, replace(more, bound=Bound.AT_MOST)) == []
    assert kinds(replace(exact, bound=Bound.ABOUT), replace(more, value=Decimal("13.5e9"))) == []
    assert kinds(replace(exact, upper=Decimal("14e9")), more) == []
    later = replace(more, first=date(2026, 6, 30), last=date(2026, 6, 30))
    assert kinds(exact, later) == []
    deadline = {"condition": "deadline", "of_one_case": True}
    assert kinds(replace(exact, **deadline), replace(later, **deadline)) == [ConflictKind.VALUE]  # type: ignore[arg-type]


@given(st.lists(st.integers(0, 9), min_size=2, max_size=9), st.data())
def test_gathering_neither_loses_nor_repeats_a_conflict(values: list[int], data: st.DataObject) -> None:
    """Each pair that disagrees stands in exactly one line of its kind, with its ratio; no line holds another pair."""
    names = [f"r{n}" for n in range(len(values))]
    pairs = data.draw(st.lists(st.sampled_from([(a, b) for a in names for b in names if a < b]), unique=True))
    conflicts = [
        Conflict(data.draw(st.sampled_from(ConflictKind)), pair, Fraction(data.draw(st.integers(1, 20))))
        for pair in pairs
    ]
    told = Counter(
        (line.kind, frozenset((line.reading, other)), ratio)
        for line in gather(conflicts)
        for other, ratio in line.against
    )
    assert told == Counter((each.kind, frozenset(each.readings), each.ratio) for each in conflicts)


def test_one_slip_is_one_line() -> None:
    """An account that is ten times off stands against all the others in one line."""
    conflicts = [Conflict(ConflictKind.FACTOR_TEN, ("article", each), Fraction(10)) for each in ("a", "b", "c")]
    (line,) = gather(conflicts)
    assert line.reading == "article"
    assert [other for other, _ in line.against] == ["a", "b", "c"]


def test_no_ratio_where_it_has_no_meaning() -> None:
    """Zero, and a gain beside a loss, have no ratio."""
    assert ratio_of(Decimal(0), Decimal(1)) is None
    assert ratio_of(Decimal(-3), Decimal(7)) is None
    assert ratio_of(Decimal(-3), Decimal(-30)) == 10
    assert not is_power_of_ten(Fraction(1))
    assert is_power_of_ten(Fraction(1375, 130))
