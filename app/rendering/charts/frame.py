"""What every chart has around its drawing, and the same numbers as a table, as CSV and as data.

A chart's title says what the numbers show, and is made from them. Its rows are the one list of numbers: the table, the
CSV and the data print them, and each mark of the drawings names the row that it shows.
"""

import csv
import io
from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction

from msgspec import Struct
from typing_extensions import TypedDict

from app.charts.drawing import Drawing
from app.filters import Filter
from app.rendering.addresses import Addresses

NARROW, MIDDLE, WIDE = 328, 680, 736
"""How wide drawings are made: for a telephone, for a column, and for a page from that of an upright tablet on.

A drawing is shown from its own width on (static/css/charts.css) and grows with the room, so its words and targets are
never smaller than they were made. A third one for large screens would take the timeline past what a page may weigh.
"""

SVG_SUFFIX, CSV_SUFFIX = ".svg", ".csv"


class Column(Struct, frozen=True):
    """A column of the table; ``id`` is its name in the CSV and the data."""

    id: str
    name: str
    number: bool = False


class Cell(Struct, frozen=True):
    """A value: ``raw`` for programs, ``text`` as the page prints it, and where it leads."""

    raw: str
    text: str
    href: str | None = None


class Row(Struct, frozen=True):
    """``struck`` is a row whose numbers no longer stand."""

    id: str
    cells: tuple[Cell, ...]
    struck: bool = False


class Basis(Struct, frozen=True):
    """What a chart rests on, in words, and the page that lists it."""

    text: str
    href: str


class Place(Struct, frozen=True):
    """The addresses of a chart: its own page, and that page's twins for download."""

    page: str
    svg: str
    csv: str
    file: str
    """The name of a downloaded file, without its ending."""


class Chart(Struct, frozen=True):
    """``title`` states the finding, ``reading`` says how to read the drawing; ``drawings`` go from narrow to wide."""

    name: str
    title: str
    reading: str
    basis: Basis
    place: Place
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    drawings: tuple[Drawing, ...]

    @property
    def is_wide(self) -> bool:
        """Whether its last drawing is for a whole page."""
        return bool(self.drawings) and self.drawings[-1].width == WIDE


def place_of(name: str, to: Addresses, chosen: Filter | None = None) -> Place:
    """Where a chart is, filtered or as of the day of the view."""
    page, svg, table = (to.page(f"/charts/{name}{suffix}", chosen) for suffix in ("", SVG_SUFFIX, CSV_SUFFIX))
    day = chosen.as_of if chosen else to.as_of
    return Place(page, svg, table, f"faultlines-{name}" + (f"-{day}" if day else ""))


class ChartData(TypedDict):
    """A chart's sentence and its rows; each row has its ``id`` and the values of all columns as text."""

    id: str
    url: str
    title: str
    basis: str
    rows: list[dict[str, str]]


def chart_data(chart: Chart) -> ChartData:
    """A chart for a program: its sentence and its rows, each with the values of all columns as text."""
    return {
        "id": chart.name,
        "url": chart.place.page,
        "title": chart.title,
        "basis": chart.basis.text,
        "rows": [
            {"id": row.id, **{column.id: cell.raw for column, cell in zip(chart.columns, row.cells, strict=True)}}
            for row in chart.rows
        ],
    }


def chart_csv(chart: Chart) -> str:
    """The chart's rows as RFC 4180 has it: lines end in CR LF, and the first column is ``id``."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["id", *(column.id for column in chart.columns)])
    for row in chart.rows:
        writer.writerow([safe(row.id), *_safe_cells(chart.columns, row.cells)])
    return out.getvalue()


def _safe_cells(columns: Sequence[Column], cells: Sequence[Cell]) -> list[str]:
    return [cell.raw if column.number else safe(cell.raw) for column, cell in zip(columns, cells, strict=True)]


def decimal_text(value: Fraction) -> str:
    """A number for tables, as no spreadsheet knows a fraction: exact where 15 digits hold it, else rounded to them.

    The data of the page that a chart is drawn from has the fraction itself.
    """
    quotient = Context(prec=15).divide(Decimal(value.numerator), Decimal(value.denominator))
    return f"{quotient.normalize():f}"


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula (OWASP, "CSV Injection"); numbers are written as they are."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
