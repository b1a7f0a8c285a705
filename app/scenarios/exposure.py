"""Formulas over named inputs: read strictly, checked for their units, evaluated on intervals, and swung input by input.

A formula holds names, ``+ - * /``, ``min(…)``, ``max(…)`` and parentheses, and no number: every number is an input, so
that it has a source. The swing of an input is the result's range while that input takes each of its candidates and all
others keep the number stated for them; drawn by size it is a tornado chart (T. G. Eschenbach, *Spiderplots versus
Tornado Diagrams for Sensitivity Analysis*, Interfaces 22(6), 1992, 40-46).
"""

import ast
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from app.scenarios.intervals import Interval
from app.vocabulary import Bound, Unit

LONGEST = 200
"""The most characters of a formula."""

SIGNS: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
FUNCTIONS = ("min", "max")


class FormulaError(ValueError):
    """A formula that cannot be read or makes no sense; the text says why and what is expected."""


class Name(Struct, frozen=True):
    """An input, by its name."""

    name: str


class Operation(Struct, frozen=True):
    """``sign`` is one of ``+ - * / min max``; the first four have two operands."""

    sign: str
    operands: tuple["Expression", ...]


Expression = Name | Operation


def parse_formula(text: str) -> Expression:
    """Read a formula; raise ``FormulaError`` for anything but names, the four signs, min, max and parentheses."""
    if len(text) > LONGEST:
        raise FormulaError(f"is {len(text)} characters long, expected at most {LONGEST}")
    try:
        return _convert(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        if isinstance(error, FormulaError):
            raise
        raise FormulaError(f"{text!r} is no formula, expected such as `at_risk / round`") from None


def _convert(node: ast.expr) -> Expression:
    match node:
        case ast.Name(id=name) if name not in FUNCTIONS:
            return Name(name)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in SIGNS:
            return Operation(SIGNS[type(sign)], (_convert(left), _convert(right)))
        case ast.Call(func=ast.Name(id=name), args=[_, _, *_] as operands, keywords=[]) if name in FUNCTIONS:
            return Operation(name, tuple(_convert(each) for each in operands))
    raise FormulaError(f"{ast.unparse(node)!r} is not allowed, expected names, + - * /, min(a, b) or max(a, b)")


def names_in(expression: Expression) -> tuple[str, ...]:
    """Every name once, in the order in which it first stands."""
    if isinstance(expression, Name):
        return (expression.name,)
    return tuple(dict.fromkeys(name for each in expression.operands for name in names_in(each)))


def write_formula(expression: Expression, values: Mapping[str, str], inside: str = "") -> str:
    """The formula as it is printed, each name replaced by its value; parentheses only where they matter."""
    if isinstance(expression, Name):
        return values[expression.name]
    sign = expression.sign
    if sign in FUNCTIONS:
        return f"{sign}({'; '.join(write_formula(each, values) for each in expression.operands)})"
    left, right = expression.operands
    # The right side of a minus or a division keeps its parentheses where its own sign binds no closer.
    text = f"{write_formula(left, values, sign)} {PRINTED[sign]} {write_formula(right, values, sign + 'r')}"
    return f"({text})" if sign in LOOSER.get(inside, ()) else text


PRINTED = {"+": "+", "-": "−", "*": "×", "/": "÷"}
LOOSER = {
    "*": ("+", "-"),
    "*r": ("+", "-"),
    "/": ("+", "-"),
    "/r": ("+", "-", "*", "/"),
    "-r": ("+", "-"),
}
"""Which signs need parentheses inside which; ``r`` marks the right side."""


class Dimension(Struct, frozen=True):
    """What a quantity is measured in: ``power`` times a currency; a percentage or a multiple is a plain number."""

    power: int = 0
    currency: str | None = None

    @classmethod
    def of(cls, unit: Unit, currency: str | None) -> "Dimension":
        return cls(1, currency) if unit is Unit.CURRENCY else cls()


def dimension_of(expression: Expression, inputs: Mapping[str, Dimension]) -> Dimension:
    """What the formula's result is measured in; raise ``FormulaError`` where units do not agree."""
    if isinstance(expression, Name):
        return inputs[expression.name]
    first, *others = [dimension_of(each, inputs) for each in expression.operands]
    for other in others:
        if expression.sign not in ("*", "/"):
            if other != first:
                raise FormulaError(f"{expression.sign} joins unlike units, expected the same unit on each side")
            continue
        if first.currency and other.currency and first.currency != other.currency:
            raise FormulaError("joins two currencies, expected one")
        power = first.power + (other.power if expression.sign == "*" else -other.power)
        first = Dimension(power, (first.currency or other.currency) if power else None)
    return first


def evaluate(expression: Expression, values: Mapping[str, Interval]) -> Interval:
    """The interval of the result; raise ``Undefined`` where it divides by exactly zero.

    It holds every result of every choice of members. Where a name stands twice it may hold more: the two are treated
    as if they could differ.
    """
    if isinstance(expression, Name):
        return values[expression.name]
    first, *others = [evaluate(each, values) for each in expression.operands]
    for other in others:
        match expression.sign:
            case "+":
                first = first + other
            case "-":
                first = first - other
            case "*":
                first = first * other
            case "/":
                first = first / other
            case "min":
                first = first.least(other)
            case _:
                first = first.greatest(other)
    return first


def interval_of(value: Decimal, upper: Decimal | None, bound: Bound, unit: Unit) -> Interval:
    """What a reading leaves open. "At most" begins at nothing, as no quantity here can be less; "about" gets no width.

    A percentage is taken as the plain number it is: 20 % is a fifth.
    """
    scale = 100 if unit is Unit.PERCENT else 1
    low, high = Fraction(value) / scale, Fraction(value if upper is None else upper) / scale
    match bound:
        case Bound.AT_LEAST:
            return Interval(low, math.inf)
        case Bound.AT_MOST:
            return Interval(min(Fraction(0), low), high)
        case _:
            return Interval(low, high)


def stated_number(value: Decimal, upper: Decimal | None, unit: Unit) -> Fraction:
    """The one number a reading is known by: what it says, whatever its bound; the middle of a range."""
    middle = Fraction(value) if upper is None else (Fraction(value) + Fraction(upper)) / 2
    return middle / 100 if unit is Unit.PERCENT else middle


class Swing(Struct, frozen=True):
    """The range of the result while one input takes each of its candidates."""

    name: str
    result: Interval


def swings(
    expression: Expression, stated: Mapping[str, Fraction], candidates: Mapping[str, Sequence[Interval]]
) -> tuple[Swing, ...]:
    """One swing for each input, the widest first; equal ones in the order of the formula.

    The others stand at the number ``stated`` for them and not at their whole interval, so that what one input leaves
    open is never counted for another.
    """
    fixed = {name: Interval.point(value) for name, value in stated.items()}
    found = [
        Swing(name, Interval.hull(evaluate(expression, {**fixed, name: each}) for each in candidates[name]))
        for name in names_in(expression)
    ]
    return tuple(sorted(found, key=lambda each: -each.result.width))
