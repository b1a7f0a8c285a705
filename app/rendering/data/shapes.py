"""What the shapes of all data have in common: words of a vocabulary, exact numbers, dates, and the filter.

A shape is a ``TypedDict``: mypy holds the functions that make it to it, and its JSON Schema is made from it. A word of
a vocabulary is plain text in Python; the schema lists the words there are.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

from app.filters import LISTED, Filter

Data = Mapping[str, object]
"""A document, or a part of one."""


def one_of(words: Iterable[str]) -> WithJsonSchema:
    """The schema of a word: a vocabulary's title and values."""
    title = {"title": words.__name__} if isinstance(words, type) and issubclass(words, StrEnum) else {}
    return WithJsonSchema({"type": "string", **title, "enum": [str(each) for each in words]})


Address = Annotated[str, Field(description="A path on this site, with its query, without a host.")]
Incomplete = Annotated[str, Field(description="A date as precise as it is known: YYYY, YYYY-MM or YYYY-MM-DD.")]
Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
Amount = Annotated[str, WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"})]
"""A decimal as text, exact."""
ExactFraction = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^-?[0-9]+(/[0-9]+)?$"})]
"""A fraction as text, exact: ``3/2``, or ``2`` where it is whole."""


class Wording(TypedDict):
    """Words as the source has them, in its language."""

    text: str
    language: str | None


class Span(TypedDict):
    """An interval, both ends exact fractions."""

    low: ExactFraction
    high: ExactFraction


class OpenSpan(TypedDict):
    """An interval; null where it is open."""

    low: ExactFraction | None
    high: ExactFraction | None


FilterData = dict[str, str | list[str]]


def filter_data(chosen: Filter) -> FilterData:
    """The filter as the address has it: facets as lists, everything else as text; nothing that was not chosen."""
    found: FilterData = {}
    for name, value in chosen.pairs():
        if name in LISTED:
            values = found.setdefault(name, [])
            assert isinstance(values, list)
            values.append(value)
        else:
            found[name] = value
    return found


def number(ratio: Fraction | None) -> int | float | None:
    """A ratio as JSON can hold it: whole where it is whole."""
    if ratio is None:
        return None
    return ratio.numerator if ratio.denominator == 1 else round(float(ratio), 6)
