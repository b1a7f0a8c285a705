"""Dates, numbers and amounts, as a newspaper of each language prints them."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.rendering.environment import environment
from app.rendering.formats import (
    format_amount,
    format_day,
    format_exact,
    format_fraction,
    format_incomplete_date,
    format_number,
    format_ratio,
)
from app.rendering.labels import date_bound

deterministic = settings(
    derandomize=True, deadline=None, database=None, phases=(Phase.explicit, Phase.generate, Phase.shrink)
)

_ = "\u00a0"
"""A non-breaking space, in what these tests expect."""


@pytest.mark.parametrize(
    ("text", "en", "fr"),
    [
        ("2019", "2019", "2019"),
        ("2025-06", f"June{_}2025", f"juin{_}2025"),
        ("2025-08", f"August{_}2025", f"août{_}2025"),
        ("2025-06-18", f"18{_}June 2025", f"18{_}juin 2025"),
        ("2025-06-01", f"1{_}June 2025", f"1er{_}juin 2025"),
        ("2025-06-11", f"11{_}June 2025", f"11{_}juin 2025"),
        ("2025-06-21", f"21{_}June 2025", f"21{_}juin 2025"),
        ("2025-12-31", f"31{_}December 2025", f"31{_}décembre 2025"),
        ("2021-01-01", f"1{_}January 2021", f"1er{_}janvier 2021"),
    ],
)
def test_a_date_is_printed_as_precisely_as_it_is_known(text: str, en: str, fr: str) -> None:
    """A year stays a year, a month has no day, the first is "1er" in French, and a day never parts from its month."""
    assert format_incomplete_date(text, "en") == en
    assert format_incomplete_date(text, "fr") == fr


@settings(deterministic, max_examples=200)
@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["en", "fr"]))
def test_a_date_shows_no_more_than_is_known(day: date, language: str) -> None:
    """The digits printed are those of the date, in any language and of any precision."""
    numbers = [int(each) for each in re.findall(r"\d+", format_day(day, language))]
    assert sorted(numbers) == sorted([day.day, day.year])
    assert ("1er" in format_day(day, language)) == (language == "fr" and day.day == 1)
    month = format_incomplete_date(day.isoformat()[:7], language)
    assert re.findall(r"\d+", month) == [str(day.year)]
    assert format_incomplete_date(day.isoformat()[:4], language) == str(day.year)


@pytest.mark.parametrize(
    ("value", "en", "fr"),
    [
        ("1300000000", f"$1.3{_}billion", f"1,3{_}milliard de{_}dollars"),
        ("1000000000", f"$1{_}billion", f"1{_}milliard de{_}dollars"),
        ("1999999999", f"$1.999999999{_}billion", f"1,999999999{_}milliard de{_}dollars"),
        ("2000000000", f"$2{_}billion", f"2{_}milliards de{_}dollars"),
        ("13000000000", f"$13{_}billion", f"13{_}milliards de{_}dollars"),
        ("13750000000", f"$13.75{_}billion", f"13,75{_}milliards de{_}dollars"),
        ("250000000000", f"$250{_}billion", f"250{_}milliards de{_}dollars"),
        ("1000000", f"$1{_}million", f"1{_}million de{_}dollars"),
        ("100000000", f"$100{_}million", f"100{_}millions de{_}dollars"),
        ("999999999", f"$999.999999{_}million", f"999,999999{_}millions de{_}dollars"),
        ("1000000000000", f"$1{_}trillion", f"1{_}000{_}milliards de{_}dollars"),
        ("1400000000000", f"$1.4{_}trillion", f"1{_}400{_}milliards de{_}dollars"),
        ("-1300000000", f"−$1.3{_}billion", f"−1,3{_}milliard de{_}dollars"),
        ("-4700000000", f"−$4.7{_}billion", f"−4,7{_}milliards de{_}dollars"),
        ("350000", "$350,000", f"350{_}000{_}dollars"),
        ("0", "$0", f"0{_}dollar"),
        ("1", "$1", f"1{_}dollar"),
        ("2", "$2", f"2{_}dollars"),
    ],
)
def test_money_is_written_in_words(value: str, en: str, fr: str) -> None:
    """Scale words are spelt out; French is plural from two on, and counts trillions in "milliards"."""
    assert format_amount(Decimal(value), "currency", "USD", "en") == en
    assert format_amount(Decimal(value), "currency", "USD", "fr") == fr


@pytest.mark.parametrize(
    ("value", "unit", "en", "fr"),
    [
        ("49", "percent", "49%", f"49{_}%"),
        ("32.5", "percent", "32.5%", f"32,5{_}%"),
        ("-5", "percent", "−5%", f"−5{_}%"),
        ("0", "percent", "0%", f"0{_}%"),
        ("10", "multiple", f"10{_}times", f"10{_}fois"),
        ("1.5", "multiple", f"1.5{_}times", f"1,5{_}fois"),
        ("800000000", "count", "800,000,000", f"800{_}000{_}000"),
        ("1234", "count", "1,234", f"1{_}234"),
    ],
)
def test_other_units_follow_their_number(value: str, unit: str, en: str, fr: str) -> None:
    """Per cent signs, multiples and counts are set as each language sets them."""
    assert format_amount(Decimal(value), unit, None, "en") == en
    assert format_amount(Decimal(value), unit, None, "fr") == fr


def significant(text: str) -> str:
    """The digits of a number without leading and trailing noughts."""
    return re.sub(r"\D", "", text).strip("0")


VALUES = st.decimals(min_value=-(10**15), max_value=10**15, allow_nan=False, allow_infinity=False, places=6)


@settings(deterministic, max_examples=300)
@given(VALUES, st.sampled_from(["currency", "percent", "multiple", "count"]), st.sampled_from(["en", "fr"]))
def test_a_number_has_the_digits_it_was_given(value: Decimal, unit: str, language: str) -> None:
    """No digit is added, rounded away or changed, in any unit and language."""
    written = format_amount(value, unit, "USD" if unit == "currency" else None, language)
    assert significant(written) == significant(f"{value:f}"), f"{value} was printed as {written!r}"
    assert ("−" in written) == (value < 0), f"{value} was printed as {written!r}"
    assert "-" not in written, "a minus is a minus sign, which lines up and does not break"
    assert "E" not in written


@settings(deterministic, max_examples=100)
@given(VALUES, st.sampled_from(["en", "fr"]))
def test_a_number_never_breaks_within(value: Decimal, language: str) -> None:
    """There is no space in a number at which a line could break."""
    assert not re.search(r"[ \u2009\n]", format_number(value, language))
    assert " " not in format_amount(value, "percent", None, language)


def test_a_number_may_be_very_large_or_small() -> None:
    """Values with many digits are printed with all of them, and are never an error."""
    assert format_number(Decimal("123456789.123456789123"), "en") == "123,456,789.123456789123"
    assert format_number(Decimal("0.000000000012"), "en") == "0.000000000012"
    assert format_number(Decimal("1E+2"), "fr") == "100"
    assert format_number(Decimal("1.10"), "fr") == "1,1"


@pytest.mark.parametrize(
    ("value", "en", "fr"),
    [("9/25", "0.36", "0,36"), ("188/25", "7.52", "7,52"), ("0", "0", "0"), ("3", "3", "3"), ("1/3", "1/3", "1/3")],
)
def test_a_fraction_is_a_decimal_where_that_is_exact(value: str, en: str, fr: str) -> None:
    """A fraction that no decimal equals stays a fraction: nothing is rounded."""
    assert format_exact(Fraction(value), "en") == en
    assert format_exact(Fraction(value), "fr") == fr


@pytest.mark.parametrize(
    ("value", "en", "fr"), [("9/5", "1.8", "1,8"), ("50", "50", "50"), ("65/3", "≈\u00a021.67", "≈\u00a021,67")]
)
def test_a_fraction_that_is_rounded_says_so(value: str, en: str, fr: str) -> None:
    """Where three decimals do not hold a fraction it is rounded to two, and marked."""
    assert format_fraction(Fraction(value), "en") == en
    assert format_fraction(Fraction(value), "fr") == fr


@pytest.mark.parametrize(("value", "en", "fr"), [("10", "10", "10"), ("1375/130", "10.6", "10,6"), ("2", "2", "2")])
def test_how_many_times(value: str, en: str, fr: str) -> None:
    """A ratio is told to one decimal, and never of anything but a number."""
    assert format_ratio(Fraction(value), "en") == f"×\u00a0{en}"
    assert format_ratio(Fraction(value), "fr") == f"×\u00a0{fr}"


@pytest.mark.parametrize(
    ("text", "language", "since", "until"),
    [
        ("2025-10-28", "en", "since 28\u00a0October 2025", "until 28\u00a0October 2025"),
        ("2025-10", "en", "since October\u00a02025", "until October\u00a02025"),
        ("2025-10-28", "fr", "depuis le 28\u00a0octobre 2025", "jusqu’au 28\u00a0octobre 2025"),
        ("2025-10", "fr", "depuis octobre\u00a02025", "jusqu’en octobre\u00a02025"),
        ("2025", "fr", "depuis 2025", "jusqu’en 2025"),
    ],
)
def test_only_a_day_has_an_article(text: str, language: str, since: str, until: str) -> None:
    """French says "depuis le 28 octobre" and "depuis octobre": on pages and in the titles of charts."""
    page = environment(language).from_string(
        '{% import "macros/ui.html" as ui %}{{ ui.since(text) }}/{{ ui.until(text) }}'
    )
    assert re.sub("<[^>]*>", "", page.render(text=text)).replace("\n", "") == f"{since}/{until}"
    assert date_bound("since", text, language) == since
