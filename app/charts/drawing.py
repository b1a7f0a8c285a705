"""A drawing as a list of shapes and words at numbers, which one template turns into SVG, whatever chart it is.

The scenery (axes, bands, names) is for the eye. What carries data is a mark: a link with a name that says all of it, in
a series that is a list to a screen reader. Looks are class names: no colour is decided here.
"""

from itertools import pairwise
from typing import ClassVar

from msgspec import Struct

from app.charts.text import width_of

TARGET = 24
"""The least side of what a finger should hit, in the units of a drawing (WCAG 2.2, 2.5.8)."""

SIZE = 12
"""The font size of words, in the units of a drawing."""

ASCENT, DESCENT = 0.95, 0.3
"""How far letters reach above and below their line, in parts of the font size."""


class Shape(Struct, frozen=True):
    """An SVG element with its attributes in the order they are written."""

    tag: str
    look: str
    at: tuple[tuple[str, float | str], ...]


class Text(Struct, frozen=True):
    """Words on a line: ``anchor`` says which end of them is at ``x``."""

    tag: ClassVar = "text"
    look: str
    x: float
    y: float
    text: str
    anchor: str = "start"
    bold: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the room that the words may take."""
        width = width_of(self.text, SIZE, bold=self.bold)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return left, self.y - ASCENT * SIZE, left + width, self.y + DESCENT * SIZE


Piece = Shape | Text


class Mark(Struct, frozen=True):
    """Something that carries data: ``key`` is its row in the table, ``value`` what it shows, ``name`` all in words."""

    key: str
    value: str
    href: str
    name: str
    look: str
    pieces: tuple[Piece, ...]


class Series(Struct, frozen=True):
    name: str
    marks: tuple[Mark, ...]


class Drawing(Struct, frozen=True):
    """``width`` and ``height`` are in pixels at the size it is meant to be seen at."""

    width: float
    height: float
    scenery: tuple[Piece, ...]
    series: tuple[Series, ...]

    @property
    def texts(self) -> tuple[Text, ...]:
        """All words of the drawing."""
        marked = (piece for series in self.series for mark in series.marks for piece in mark.pieces)
        return tuple(piece for piece in (*self.scenery, *marked) if isinstance(piece, Text))


def at(number: float) -> float:
    """A number as it is written: to a tenth, so that the last bits of a sum do not reach the bytes."""
    rounded = round(number, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def line(look: str, x1: float, y1: float, x2: float, y2: float) -> Shape:
    return Shape("line", look, (("x1", at(x1)), ("y1", at(y1)), ("x2", at(x2)), ("y2", at(y2))))


def rect(look: str, x: float, y: float, width: float, height: float) -> Shape:
    return Shape("rect", look, (("x", at(x)), ("y", at(y)), ("width", at(width)), ("height", at(height))))


def circle(look: str, x: float, y: float, radius: float) -> Shape:
    return Shape("circle", look, (("cx", at(x)), ("cy", at(y)), ("r", at(radius))))


def polygon(look: str, *points: tuple[float, float]) -> Shape:
    """A closed shape, each side told from where the last one ended: equal shapes are equal text but for their place."""
    sides = (f"l{at(x - left)},{at(y - top)}" for (left, top), (x, y) in pairwise(points))
    return Shape("path", look, (("d", f"M{at(points[0][0])},{at(points[0][1])}{''.join(sides)}z"),))


def polyline(look: str, *points: tuple[float, float]) -> Shape:
    return Shape("polyline", look, (("points", " ".join(f"{at(x)},{at(y)}" for x, y in points)),))


def words(look: str, x: float, y: float, text: str, anchor: str = "start", *, bold: bool = False) -> Text:
    return Text(look, at(x), at(y), text, anchor, bold)
