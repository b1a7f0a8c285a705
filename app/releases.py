"""The folder of releases, the pointer to the current one, and a release opened for reading.

A release is one SQLite file, ``ID.sqlite``, that never changes once it has its name. The file ``current`` holds the
id of the release to serve; it is only ever replaced as a whole, so a reader sees the old id or the new one.
"""

import os
import re
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, QueuePool, create_engine
from sqlmodel import Session, SQLModel, col, func, select

from app.models import (
    Area,
    CalculationReading,
    Claim,
    Driver,
    Issue,
    Party,
    RatedClaim,
    Release,
    Scenario,
    Source,
    Term,
    TermForm,
)

SUFFIX = ".sqlite"
POINTER = "current"
ID_PATTERN = "[0-9a-f]{12}"
"""What the id of a release looks like."""
_ID = re.compile(ID_PATTERN)


class NoRelease(Exception):
    """There is no release to serve; the text says why and what to do."""


@dataclass(frozen=True)
class ReleaseFile:
    id: str
    path: Path
    published: datetime
    current: bool


class ReleaseFolder:
    """The releases below one folder. Only ``publish`` and ``rollback`` write to it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def path_of(self, release_id: str) -> Path:
        return self.path / f"{release_id}{SUFFIX}"

    def current_id(self) -> str | None:
        try:
            return (self.path / POINTER).read_text("ascii", errors="backslashreplace").strip() or None
        except (FileNotFoundError, NotADirectoryError):
            return None

    def list(self) -> list[ReleaseFile]:
        """All releases, the one published last first."""
        current = self.current_id()
        found = []
        for path in self.path.glob(f"[!.]*{SUFFIX}"):
            try:
                published = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            except FileNotFoundError:  # Removed by a publisher since the folder was read.
                continue
            found.append(ReleaseFile(path.stem, path, published, path.stem == current))
        return sorted(found, key=lambda each: (each.published, each.id), reverse=True)

    def find(self, release_id: str) -> ReleaseFile | None:
        """The release of an id, if it is held."""
        return next((each for each in self.list() if each.id == release_id), None)

    def before(self, release_id: str) -> ReleaseFile | None:
        """Of the releases held, the one that was published last before this one."""
        order = iter(self.list())
        return next(order, None) if any(each.id == release_id for each in order) else None

    def make_current(self, release_id: str) -> None:
        """Point to a release that is there; raise ``NoRelease`` where it is not."""
        if not _ID.fullmatch(release_id) or not self.path_of(release_id).is_file():
            raise NoRelease(f"There is no release {release_id} in {self.path}.")
        handle, temporary = tempfile.mkstemp(prefix=f".{POINTER}.", dir=self.path)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(release_id + "\n")
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(self.path / POINTER)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        sync_folder(self.path)


def sync_folder(path: Path) -> None:
    """Make renames in a folder last through a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class Name:
    """What a thing is called in each language; a source is told from others of its publisher by the date."""

    en: str
    fr: str
    published: str | None = None

    def in_language(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


Names = Mapping[str, Mapping[str, Name]]
"""For each filter parameter whose values the dossier decides: value → name, in the dossier's order."""


@dataclass(frozen=True, eq=False)
class MisleadingTerm:
    """A term of the glossary to be marked in texts; ``forms`` are (language, word or phrase) pairs.

    It is compared by identity: what is worked out for the terms of one release is kept by them, and looked up often.
    """

    id: str
    name: Name
    caution: Name
    forms: tuple[tuple[str, str], ...]


class OpenRelease:
    """A release opened for reading. Its file never changes, so what is read once here holds for good."""

    def __init__(self, path: Path, pool_size: int = 4) -> None:
        self.path = path
        self.engine = open_read_only(path, pool_size)
        try:
            with self.session() as session:
                _refuse_if_cut_short(session, path)
                _refuse_another_schema(session, path)
                row = session.exec(select(Release)).one()
                self.id = row.id
                self.name = Name(row.name_en, row.name_fr)
                self.compiled: date = row.compiled
                self.published = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                self.claims: int = session.exec(select(func.count()).select_from(Claim)).one()
                self.names: Names = _read_names(session)
                self.misleading = _read_misleading(session)
                self.inputs = _read_inputs(session)
        except BaseException:
            self.engine.dispose()
            raise

    @contextmanager
    def session(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            yield session

    def close(self) -> None:
        """Close idle connections; one that a page still uses is closed when the page is done."""
        self.engine.dispose()


def _refuse_if_cut_short(session: Session, path: Path) -> None:
    """SQLite notices a file cut short only when it comes to the missing page, and then it is too late."""
    pages, size = (
        session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size")
    )
    if pages * size != path.stat().st_size:
        raise ValueError(f"{path.name} was cut short")


_SEARCHED = frozenset(("listing_text", each) for each in ("listing", "item", "en", "fr", "en_stem", "fr_stem"))
"""The columns of the search's index, which no model names."""


def _refuse_another_schema(session: Session, path: Path) -> None:
    """A file that lacks a table or column was built for another schema: say so at once, and not on some page."""
    rows = session.connection().exec_driver_sql(
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c"
    )
    there = {(table, column) for table, column in rows}
    named = {(table.name, column.name) for table in SQLModel.metadata.tables.values() for column in table.columns}
    if missing := sorted((named | _SEARCHED) - there):
        table, column = missing[0]
        raise ValueError(f"{path.name} was built for another schema: it has no {table}.{column}")


def open_read_only(path: Path, pool_size: int = 4) -> Engine:
    """An engine on a file that nobody changes: no locks are taken, and nothing can be written."""

    def connect() -> sqlite3.Connection:
        address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
        return sqlite3.connect(address, uri=True, check_same_thread=False)

    return create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=pool_size, max_overflow=8)


def _read_names(session: Session) -> Names:
    names: dict[str, dict[str, Name]] = {}
    kinds: Sequence[tuple[str, Any]] = (
        ("issue", Issue),
        ("party", Party),
        ("driver", Driver),
        ("impact", Area),
        ("scenario", Scenario),
    )
    for parameter, model in kinds:
        rows: Sequence[Any] = session.exec(select(model).order_by("ordinal")).all()
        names[parameter] = {row.id: Name(row.name_en, row.name_fr) for row in rows}
    sources = session.exec(select(Source).order_by(Source.publisher_en, col(Source.published_first), Source.id))
    names["source"] = {row.id: Name(row.publisher_en, row.publisher_fr, row.published) for row in sources}
    rated = session.exec(
        select(Claim).join(RatedClaim, col(RatedClaim.claim_id) == col(Claim.id)).order_by(col(RatedClaim.ordinal))
    )
    names["without"] = {f"claim:{row.id}": Name(row.text_en, row.text_fr) for row in rated}
    return names


def _read_inputs(session: Session) -> Mapping[str, tuple[str, ...]]:
    """For each input of a calculation, ``CALCULATION.INPUT``, the readings that may be taken, the default first."""
    found: dict[str, tuple[str, ...]] = {}
    order = (CalculationReading.calculation_id, CalculationReading.input_name, col(CalculationReading.ordinal))
    for row in session.exec(select(CalculationReading).order_by(*order)):
        name = f"{row.calculation_id}.{row.input_name}"
        found[name] = (*found.get(name, ()), row.reading_id)
    return found


def _read_misleading(session: Session) -> tuple[MisleadingTerm, ...]:
    """The terms that have forms, in the dossier's order."""
    forms: dict[str, list[tuple[str, str]]] = {}
    for each in session.exec(select(TermForm).order_by(TermForm.term_id, TermForm.language, TermForm.form)):
        forms.setdefault(each.term_id, []).append((each.language, each.form))
    terms = session.exec(select(Term).where(col(Term.id).in_(list(forms))).order_by(col(Term.ordinal)))
    return tuple(
        MisleadingTerm(
            id=row.id,
            name=Name(row.term_en, row.term_fr),
            caution=Name(row.caution_en or "", row.caution_fr or ""),
            forms=tuple(forms[row.id]),
        )
        for row in terms
    )


class CurrentRelease:
    """The release to serve now. It follows the pointer within a quarter of a second, without a restart.

    A release that cannot be opened is not taken: the last good one goes on being served, and ``problem`` says why.
    """

    INTERVAL = 0.25
    """Seconds between two looks at the pointer."""

    def __init__(self, folder: ReleaseFolder, pool_size: int = 4) -> None:
        self.folder = folder
        self.problem: str | None = None
        self._pool_size = pool_size
        self._open: OpenRelease | None = None
        self._looked = float("-inf")
        self._lock = threading.Lock()

    def get(self) -> OpenRelease:
        """The current release; raise ``NoRelease`` where none has ever been opened."""
        now = time.monotonic()
        if now - self._looked >= self.INTERVAL and self._lock.acquire(blocking=self._open is None):
            try:
                self._follow()
                self._looked = now
            finally:
                self._lock.release()
        if self._open is None:
            raise NoRelease(self.problem or "No release has been published yet.")
        return self._open

    def _follow(self) -> None:
        wanted = self.folder.current_id()
        if wanted is None:
            self.problem = f"No release is current in {self.folder.path}: run `python -m app publish`."
            return
        if self._open is not None and wanted == self._open.id:
            self.problem = None
            return
        try:
            opened = OpenRelease(self.folder.path_of(wanted), self._pool_size)
        except Exception as error:  # noqa: BLE001  Whatever is wrong with a file, the last good one is served.
            self.problem = f"Release {wanted} cannot be opened ({type(error).__name__})."
            return
        if opened.id != wanted:
            self.problem = f"Release {wanted} cannot be taken: its file says that it is {opened.id}."
            opened.close()
            return
        previous, self._open = self._open, opened
        self.problem = None
        if previous is not None:
            previous.close()

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
            # Whoever asks again is not told that there is none because somebody looked just now.
            self._looked = float("-inf")
