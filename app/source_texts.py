"""The texts of sources that an operator holds: a folder outside the project, with a file ``SOURCE-ID.md`` for each.

A line that begins with a locator and a space (``U10 …``) is a unit of the source; the rest of the line is its text,
marks of emphasis included. A locator holds a digit, which tells a unit from a line of prose; ``H1``, ``H2`` are
headings and no units. No such text is ever stored in a release or sent as data: a page may show it, and that is all.
"""

import hashlib
import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from msgspec import Struct

SUFFIX = ".md"

_UNIT = re.compile(r"(?!H[0-9]+ )(?=[A-Za-z.\-]*[0-9])([A-Za-z0-9]+(?:[.\-][A-Za-z0-9]+)*) (.+)")


class Unit(Struct, frozen=True):
    """One unit of a source: its locator, its line in the file, its exact text, and the SHA-256 of that text."""

    id: str
    line: int
    text: str
    sha256: str


class MountedText(Struct, frozen=True):
    """A source's text as its file has it now; ``digest`` changes with any byte of the file."""

    digest: str
    units: tuple[Unit, ...]

    def text_of(self, locator: str, sha256: str | None) -> str | None:
        """The text of a unit; ``None`` unless it is the text whose digest is given."""
        return next((unit.text for unit in self.units if unit.id == locator and unit.sha256 == sha256), None)


class Span(Struct, frozen=True):
    """A stretch of a text, marked or not."""

    text: str
    marked: bool


def parse_text(raw: bytes) -> MountedText:
    """The units of a file. A byte that is not UTF-8 becomes a sign that no digest on record has."""
    units = []
    for number, line in enumerate(raw.decode("utf-8-sig", "replace").split("\n"), 1):
        if found := _UNIT.fullmatch(line.strip()):
            locator, text = found.groups()
            units.append(Unit(locator, number, text, hashlib.sha256(text.encode()).hexdigest()))
    return MountedText(hashlib.sha256(raw).hexdigest(), tuple(units))


def mark_wordings(text: str, wordings: Iterable[str]) -> tuple[Span, ...]:
    """A text in stretches: every occurrence of a wording is marked, and those that overlap become one."""
    marked = [False] * len(text)
    for wording in filter(None, wordings):
        at = text.find(wording)
        while at >= 0:
            marked[at : at + len(wording)] = [True] * len(wording)
            at = text.find(wording, at + 1)
    runs = groupby(zip(marked, text, strict=True), key=lambda pair: pair[0])
    return tuple(Span("".join(sign for _, sign in run), mark) for mark, run in runs)


def require_folder(folder: Path) -> Path:
    """The folder; raise ``NotADirectoryError`` where there is none: the text to be checked or shown is not there."""
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder, expected one with texts such as article-fr{SUFFIX}")
    return folder


class SourceTexts:
    """The mounted folder, or none. A file is read again as soon as it has changed."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._read: dict[str, tuple[tuple[int, ...], MountedText]] = {}

    def read(self, source: str) -> MountedText | None:
        """The text of a source as it is now; ``None`` where none is mounted.

        A file that is there and cannot be read counts as a text without units, so that the page says it is amiss.
        """
        if self.folder is None:
            return None
        path = self.folder / f"{source}{SUFFIX}"
        try:
            state = path.stat()
            version = (state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino)
            known = self._read.get(source)
            if known is None or known[0] != version:
                known = self._read[source] = (version, parse_text(path.read_bytes()))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            return parse_text(b"")
        return known[1]
