"""Presents a calculation: what was chosen, the formula in names and in values, the result, what matters most.

Pure functions. Results are exact; only their print is rounded, to three digits.
"""

import math
from collections.abc import Mapping
from decimal import Context, Decimal
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from app.filters import Filter
from app.queries.exposure import CalculationLine, InputLine
from app.queries.figures import ReadingLine
from app.rendering.addresses import Addresses
from app.rendering.formats import format_amount
from app.rendering.labels import label
from app.rendering.translations import N_, translations
from app.scenarios.exposure import evaluate, interval_of, parse_formula, stated_number, swings, write_formula
from app.scenarios.intervals import End, Interval, Undefined
from app.vocabulary import Bound, Unit

DIGITS = Context(prec=3)

BETWEEN = N_("%(low)s to %(high)s")
AT_LEAST = N_("at least %(value)s")
AT_MOST = N_("at most %(value)s")
ABOUT = N_("about %(value)s")
ANYTHING = N_("any amount")
MOST = N_("“%(name)s” matters most; with its readings alone the result goes %(range)s.")
TIED = N_("%(names)s matter most, and equally far; with the readings of either alone the result goes %(range)s.")
FROM_TO = N_("from %(low)s to %(high)s")
UPWARDS = N_("from %(low)s up, without a limit")
DOWNWARDS = N_("up to %(high)s, without a limit below")
ANYWHERE = N_("anywhere, without a limit")
NOTHING_MOVES = N_("No input moves the result: for each, the readings that may be taken say the same.")


class ChosenInput(Struct, frozen=True):
    """``reading`` is the one taken; ``None`` where none is on file, or the one asked for came ``later``."""

    line: InputLine
    parameter: str
    reading: ReadingLine | None
    later: str | None


class SwingLine(Struct, frozen=True):
    """How far the readings of one input alone move the result: a bar of the chart and a row of its table."""

    input: ChosenInput
    result: Interval
    text: str


class Solved(Struct, frozen=True):
    """The result; ``about`` says that a reading that gives no width is only near."""

    result: Interval
    text: str
    about: bool
    in_values: str
    swings: tuple[SwingLine, ...]
    sentence: str


class CalculationView(Struct, frozen=True):
    """``solved`` is ``None`` where an input has no reading, or the formula would divide by zero.

    ``literal`` and ``normalised`` are addresses that take the founding article's numbers, or those of other sources.
    """

    line: CalculationLine
    inputs: tuple[ChosenInput, ...]
    in_names: str
    solved: Solved | None
    literal: str | None
    normalised: str | None


def present_calculation(line: CalculationLine, chosen: Filter, to: Addresses, language: str) -> CalculationView:
    """Solve a calculation with the readings that the address chooses, or with the defaults."""
    inputs = tuple(_choose(line, each, dict(chosen.x)) for each in line.inputs)
    in_names, solved = "", None
    if line.formula is not None:
        in_names = write_formula(parse_formula(line.formula), {each.line.name: each.line.label for each in inputs})
        solved = _solve(line, inputs, language)
    literal = {f"{line.id}.{each.name}": each.literal for each in line.inputs if each.literal}
    offered = literal and all(any(r.id == each.literal for r in each.offered) for each in line.inputs if each.literal)
    others = {key: value for key, value in chosen.x if key.rpartition(".")[0] != line.id}
    anchor = f"calculation-{line.id}"

    def address(readings: Mapping[str, str | None]) -> str:
        pairs = tuple(sorted((key, value) for key, value in {**others, **readings}.items() if value))
        return to.page("/scenarios/exposure", replace(chosen, x=pairs), anchor)

    return CalculationView(
        line, inputs, in_names, solved, address(literal) if offered else None, address({}) if offered else None
    )


def _choose(line: CalculationLine, given: InputLine, chosen: Mapping[str, str]) -> ChosenInput:
    asked = chosen.get(f"{line.id}.{given.name}")
    reading = next((each for each in given.offered if asked in (None, each.id)), None)
    return ChosenInput(given, f"x.{line.id}.{given.name}", reading, asked if reading is None else None)


def _interval(given: InputLine, reading: ReadingLine) -> Interval:
    return interval_of(reading.value, reading.upper, Bound(reading.bound), Unit(given.figure.unit))


def _stated(given: InputLine, reading: ReadingLine) -> Fraction:
    return stated_number(reading.value, reading.upper, Unit(given.figure.unit))


def _solve(line: CalculationLine, inputs: tuple[ChosenInput, ...], language: str) -> Solved | None:
    assert line.formula is not None
    formula = parse_formula(line.formula)
    taken = {each.line.name: each.reading for each in inputs if each.reading is not None}
    if len(taken) < len(inputs):
        return None
    by_name = {each.line.name: each for each in inputs}
    values = {name: _interval(by_name[name].line, reading) for name, reading in taken.items()}
    stated = {name: _stated(by_name[name].line, reading) for name, reading in taken.items()}
    candidates = {each.line.name: [_interval(each.line, one) for one in each.line.offered] for each in inputs}
    try:
        result = evaluate(formula, values)
        found = swings(formula, stated, candidates)
    except Undefined:
        return None
    rows = tuple(
        SwingLine(by_name[each.name], each.result, range_text(each.result, line, language, about=False))
        for each in found
    )
    about = any(reading.bound == Bound.ABOUT for reading in taken.values())
    written = {name: reading_text(by_name[name].line, reading, language) for name, reading in taken.items()}
    return Solved(
        result=result,
        text=range_text(result, line, language, about=about),
        about=about,
        in_values=write_formula(formula, written),
        swings=rows,
        sentence=_sentence(rows, line, language),
    )


def reading_text(given: InputLine, reading: ReadingLine, language: str) -> str:
    """A reading's value with its bound: "at most $20 billion"."""
    unit, currency = given.figure.unit, given.figure.currency
    text = format_amount(reading.value, unit, currency, language)
    if reading.upper is not None:
        upper = format_amount(reading.upper, unit, currency, language)
        text = _say(BETWEEN, language, low=text, high=upper)
    return text if reading.bound == Bound.EXACT else f"{label('bound', reading.bound, language)} {text}"


def in_unit(end: Fraction, unit: str | None) -> Fraction:
    """A plain number as its unit counts it: a fifth is 20 %."""
    return end * 100 if unit == Unit.PERCENT else end


def end_text(end: End, line: CalculationLine, language: str) -> str:
    """An end of a result, rounded to three digits; only a finite one has a text."""
    assert isinstance(end, Fraction)
    assert line.unit is not None
    value = in_unit(end, line.unit)
    rounded = DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
    currency = next((each.figure.currency for each in line.inputs if each.figure.currency), None)
    return format_amount(Decimal(f"{rounded:f}"), line.unit, currency, language)


def range_text(result: Interval, line: CalculationLine, language: str, *, about: bool) -> str:
    """An interval in words: a point, from one end to the other, or what is left open."""
    low, high = result.low, result.high
    if math.isinf(low) and math.isinf(high):
        return _say(ANYTHING, language)
    if math.isinf(high):
        return _say(AT_LEAST, language, value=end_text(low, line, language))
    if math.isinf(low):
        return _say(AT_MOST, language, value=end_text(high, line, language))
    if low == high:
        text = end_text(low, line, language)
        return _say(ABOUT, language, value=text) if about else text
    return _say(BETWEEN, language, low=end_text(low, line, language), high=end_text(high, line, language))


def _sentence(rows: tuple[SwingLine, ...], line: CalculationLine, language: str) -> str:
    """Which input matters most, and how far the result goes with it alone."""
    widest = rows[0].result.width
    if widest == 0:
        return _say(NOTHING_MOVES, language)
    most = [each for each in rows if each.result.width == widest and each.result == rows[0].result]
    reach = _reach(rows[0].result, line, language)
    if len(most) == 1:
        return _say(MOST, language, name=most[0].input.line.label, range=reach)
    quoted = [_say(N_("“%(name)s”"), language, name=each.input.line.label) for each in most]
    names = _say(N_("%(first)s and %(last)s"), language, first=", ".join(quoted[:-1]), last=quoted[-1])
    return _say(TIED, language, names=names, range=reach)


def _reach(result: Interval, line: CalculationLine, language: str) -> str:
    low, high = result.low, result.high
    if math.isinf(low) and math.isinf(high):
        return _say(ANYWHERE, language)
    if math.isinf(high):
        return _say(UPWARDS, language, low=end_text(low, line, language))
    if math.isinf(low):
        return _say(DOWNWARDS, language, high=end_text(high, line, language))
    return _say(FROM_TO, language, low=end_text(low, line, language), high=end_text(high, line, language))


def _say(message: str, language: str, **values: str) -> str:
    return translations(language).gettext(message) % values
