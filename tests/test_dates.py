"""Incomplete dates: what is known is kept, and what cannot be is refused."""

from datetime import date, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.dates import IncompleteDate

deterministic = settings(
    derandomize=True, deadline=None, database=None, phases=(Phase.explicit, Phase.generate, Phase.shrink)
)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("2025-06", date(2025, 6, 1), date(2025, 6, 30)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-02", date(2025, 2, 1), date(2025, 2, 28)),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28)),
        ("2000-02-29", date(2000, 2, 29), date(2000, 2, 29)),
        ("2025-06-18", date(2025, 6, 18), date(2025, 6, 18)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_a_date_is_the_days_that_it_may_be(text: str, first: date, last: date) -> None:
    """A year, a month or a day is kept as typed, with its first and last day."""
    found = IncompleteDate.parse(text)
    assert (found.text, found.first, found.last, str(found)) == (text, first, last, text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2025-02-30",
            "2025-02-29",
            "1900-02-29",
            "2025-13",
            "2025-00",
            "2025-06-00",
            "2025-06-31",
            "0000",
            "0000-01",
        ),
        *("banana", "", " ", "2025 ", " 2025", "2025\n", "25", "02025", "2025-6", "2025-6-1", "2025-06-1", "20250618"),
        *("2025-06-18T00:00", "2025/06/18", "18-06-2025", "2025-06-", "-2025", "+2025", "2025-W25", "2025-169"),
        *("２０２５", "٢٠٢٥", "2025–06", "2025-06-18\x00", "null", "10000"),
    ],
)
def test_what_cannot_be_a_date_is_refused_with_a_reason(text: str) -> None:
    """Anything else raises ``ValueError`` that quotes what was given."""
    with pytest.raises(ValueError, match=r"is not a date|cannot be a date") as refused:
        IncompleteDate.parse(text)
    assert repr(text) in str(refused.value), "the reason quotes the text, so that the reader can find it"


@settings(deterministic, max_examples=200)
@given(st.dates(), st.sampled_from([4, 7, 10]))
def test_every_day_is_within_its_own_date(day: date, precision: int) -> None:
    """A day's year, month and day parse, hold the day, and are as long as a year, a month or a day."""
    found = IncompleteDate.parse(day.isoformat()[:precision])
    assert found.first <= day <= found.last
    days = (found.last - found.first).days + 1
    assert days in {4: (365, 366), 7: (28, 29, 30, 31), 10: (1,)}[precision]
    if found.first > date.min:
        assert not str(found.first - timedelta(1)).startswith(found.text), "the day before is not of this date"
    if found.last < date.max:
        assert not str(found.last + timedelta(1)).startswith(found.text), "the day after is not of this date"


@settings(deterministic, max_examples=300)
@given(st.one_of(st.text(max_size=12), st.from_regex(r"\d{1,5}-?\d{0,3}-?\d{0,3}", fullmatch=True)))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    """Whatever is typed is kept exactly or refused; nothing else is raised and nothing is mended."""
    try:
        found = IncompleteDate.parse(text)
    except ValueError:
        return
    assert found.text == text
    assert text.isascii()
    assert found.first <= found.last
