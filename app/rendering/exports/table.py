"""CSV as RFC 4180 has it, line after line: lines end in CR LF, the first column is ``id``."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from app.rendering.charts.frame import safe
from app.rendering.exports.entries import Entry, Value

BOM = "\ufeff"
"""What makes Excel read the file as UTF-8; asked for with ``bom=1``."""


def table_chunks(columns: Sequence[str], chunks: Iterable[Sequence[Entry]], *, bom: bool = False) -> Iterator[str]:
    """The rows of all entries, a chunk at a time, so that no more than a chunk is ever held."""
    head = (BOM if bom else "") + _lines([["id", *columns]])
    # The head goes with the first rows: whatever is wrong with the request shows before anything is sent.
    for chunk in chunks:
        yield head + _lines([[cell(each.id), *map(cell, each.cells)] for each in chunk])
        head = ""
    if head:
        yield head


def cell(value: Value) -> str:
    """A cell: numbers as they are, with all their digits; text so that no spreadsheet takes it for a formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        return safe(value)
    return str(value) if isinstance(value, int) else f"{value:f}"


def _lines(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
