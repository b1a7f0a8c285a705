"""Dates, amounts and counts as a newspaper of the reader's language prints them.

Scale words are always spelt out: French "milliard" is English "billion", and their abbreviations mislead.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from babel.dates import format_date, get_month_names
from babel.numbers import format_decimal

from app.dates import IncompleteDate
from app.releases.opening import Name
from app.rendering.translations import BABEL_LOCALE

NBSP = "\u00a0"
MINUS = "\u2212"
WORDS_A_MINUTE = 230

_SCALES = {
    "en": ((12, "trillion", "trillion"), (9, "billion", "billion"), (6, "million", "million")),
    "fr": ((9, "milliard", "milliards"), (6, "million", "millions")),
}


def is_day(text: str) -> bool:
    """Whether an incomplete date is known to the day."""
    when = IncompleteDate.parse(text)
    return when.first == when.last


@lru_cache(maxsize=4096)
def format_incomplete_date(text: str, language: str) -> str:
    """``2025-06`` as "June 2025" or "juin 2025"; never more precise than what is known."""
    when = IncompleteDate.parse(text)
    if when.first == when.last:
        return format_day(when.first, language)
    if len(text) == 4:
        return text
    month = get_month_names("wide", locale=BABEL_LOCALE[language])[when.first.month]
    return f"{month}{NBSP}{text[:4]}"


def format_name(name: Name, language: str) -> str:
    """What a thing is called: "Fortune, January 2023"."""
    called = name.in_language(language)
    return f"{called}, {format_incomplete_date(name.published, language)}" if name.published else called


@lru_cache(maxsize=4096)
def format_day(day: date, language: str) -> str:
    written = format_date(day, format="long", locale=BABEL_LOCALE[language])
    if language == "fr" and day.day == 1:
        written = written.replace("1 ", "1er ", 1)
    return written.replace(" ", NBSP, 1)


def count_words(text: str) -> int:
    """How many words a text has; signs that stand alone, such as a French colon after its space, are none."""
    return sum(any(sign.isalnum() for sign in word) for word in text.split())


def reading_seconds(text: str) -> int:
    """How long a text takes to read, in seconds, to the nearest five.

    At 230 words a minute, a little under the 238 measured for silent reading of English non-fiction (Brysbaert, 2019,
    "How many words do we read per minute?"). French is counted alike.
    """
    return max(5, 5 * round(count_words(text) * 60 / WORDS_A_MINUTE / 5))


def printable(text: str) -> str:
    """What somebody sent, with a replacement sign for each sign that a page cannot show."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def format_number(value: Decimal | int, language: str) -> str:
    """A number with all its digits, and not one more."""
    # As text, since 1.5 and 1.50 are one number and must not share what is remembered.
    return _written(str(value), language)


@lru_cache(maxsize=4096)
def _written(number: str, language: str) -> str:
    locale = BABEL_LOCALE[language]
    written = format_decimal(Decimal(number), format="#,##0.########", locale=locale, decimal_quantization=False)
    return written.replace("-", MINUS).replace("\u202f", NBSP)


def format_fraction(value: Fraction, language: str) -> str:
    """A fraction as a decimal: exact where three decimals hold it, else to two and marked as approximate ("≈ 1.33")."""
    if (value * 1000).denominator == 1:
        return format_number((Decimal((value * 1000).numerator) / 1000).normalize(), language)
    return f"≈{NBSP}{format_number(Decimal(round(value * 100)) / 100, language)}"


def format_ratio(value: Fraction, language: str) -> str:
    """How many times one amount is another, to one decimal: "× 10", "× 10.6"."""
    return f"×{NBSP}{format_number(Decimal(round(value * 10)) / 10, language)}"


def format_exact(value: Fraction, language: str) -> str:
    """A fraction as a decimal where that is exact ("0.36", "0,36"), and else as it is ("1/3")."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest > 1:
        return f"{value.numerator}/{value.denominator}"
    return format_number(Decimal(value.numerator) / Decimal(value.denominator), language)


def format_signed(value: int, language: str) -> str:
    """A number with its sign: "+2", "−1", "0"."""
    return ("+" if value > 0 else "") + format_number(value, language)


def format_amount(value: Decimal, unit: str, currency: str | None, language: str) -> str:
    """A value with its unit, in words: "$1.3 billion", "1,3 milliard de dollars", "49%", "49 %"."""
    if unit == "percent":
        return format_number(value, language) + (f"{NBSP}%" if language == "fr" else "%")
    if unit == "multiple":
        return f"{format_number(value, language)}{NBSP}" + ("fois" if language == "fr" else "times")
    if unit == "currency":
        return _money(value, currency or "", language)
    return format_number(value, language)


def _money(value: Decimal, currency: str, language: str) -> str:
    exponent, scale = 0, ""
    for power, one, many in _SCALES[language]:
        if abs(value) >= Decimal(10) ** power:
            exponent = power
            # French counts 1,3 milliard in the singular: the plural begins at two.
            scale = one if abs(value) < 2 * Decimal(10) ** power else many
            break
    number = format_number((value.scaleb(-exponent)).normalize(), language)
    scaled = f"{number}{NBSP}{scale}" if scale else number
    if language == "fr":
        unit = currency if currency != "USD" else "dollars" if abs(value) >= 2 else "dollar"
        return f"{scaled} de{NBSP}{unit}" if scale else f"{scaled}{NBSP}{unit}"
    if currency == "USD":
        return f"{MINUS}${scaled.removeprefix(MINUS)}" if value < 0 else f"${scaled}"
    return f"{scaled}{NBSP}{currency}"


def format_share(part: int, whole: int, language: str) -> str:
    """A part of a whole in per cent, rounded half up to a whole number: "47%", "47 %"."""
    return format_amount(Decimal((200 * part + whole) // (2 * whole)), "percent", None, language)
