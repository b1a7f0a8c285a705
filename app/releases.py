"""The folder of releases, the pointer to the current one, and a release opened for reading.

A release is one SQLite file, ``ID.sqlite``, that never changes once it has its name. The file ``current`` holds the
id of the release to serve; it is only ever replaced as a whole, so a reader sees the old id or the new one. Beside each
release lies ``ID.sqlite.sha256``, the digest of the file as it was published, in the form that ``sha256sum -c`` reads.
"""

import hashlib
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

from sqlalchemy import Engine, QueuePool, create_engine, event
from sqlalchemy.engine import ExceptionContext
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
DIGEST_SUFFIX = ".sha256"
POINTER = "current"
ID_PATTERN = "[0-9a-f]{12}"
"""What the id of a release looks like."""
_ID = re.compile(ID_PATTERN)


class NoRelease(Exception):
    """There is no release to serve; the text says why and what to do."""


class QueryTooSlow(Exception):
    """A query of the database was given up when its time was over."""


class DamagedRelease(Exception):
    """A release's file is not the one that was published; the text says how that is known."""


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
        write_whole(self.path / POINTER, release_id + "\n")
        sync_folder(self.path)


def write_whole(path: Path, text: str) -> None:
    """Put a small file in its place as a whole: a reader sees the old text or the new one."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def sync_folder(path: Path) -> None:
    """Make renames in a folder last through a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest_path(path: Path) -> Path:
    """Where the digest of a release's file stands."""
    return path.with_name(path.name + DIGEST_SUFFIX)


def file_digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def recorded_digest(path: Path) -> str | None:
    """The digest with which a release was published; releases of earlier programs have none on record."""
    try:
        return digest_path(path).read_text("ascii", errors="replace").partition(" ")[0]
    except FileNotFoundError:
        return None


def is_whole(path: Path) -> bool:
    """Whether a release's file is there and is, to the byte, what was published."""
    return path.is_file() and file_digest(path) == recorded_digest(path)


@dataclass(frozen=True)
class Print:
    """What tells, at the cost of a look, that a file may no longer be the one that was opened."""

    inode: int
    changed: int
    size: int

    @classmethod
    def of(cls, path: Path) -> "Print":
        found = path.stat()
        return cls(found.st_ino, found.st_mtime_ns, found.st_size)


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

    COPIED = 32_000_000
    """Up to this size in bytes, a release to be ``kept`` is read from copies in memory, one for each connection."""

    def __init__(self, path: Path, pool_size: int = 4, *, query_seconds: float = 0, keep: bool = False) -> None:
        """Open a file; raise ``DamagedRelease`` or another exception where it cannot be served.

        A release that is kept goes on being served whatever happens to its file, if it is small enough to copy.
        """
        self.path = path
        copy = path.read_bytes() if keep and path.stat().st_size <= self.COPIED else None
        self.copied = copy is not None
        self.flags = COPY_FLAGS if self.copied else FILE_FLAGS
        self.digest = file_digest(path) if copy is None else hashlib.sha256(copy).hexdigest()
        if (recorded := recorded_digest(path)) is not None and recorded != self.digest:
            raise DamagedRelease(f"{path.name} is not the file that was published: its digest is another")
        self.engine = open_read_only(path, pool_size, query_seconds=query_seconds, copy=copy)
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
                self.schema: str = (
                    session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
                )
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


FILE_FLAGS = "mode=ro&immutable=1"
COPY_FLAGS = "query_only=ON"
"""How a release is opened: its file, and a copy of it in memory."""


def open_read_only(path: Path, pool_size: int = 4, *, query_seconds: float = 0, copy: bytes | None = None) -> Engine:
    """An engine on a file that nobody changes: no locks are taken, and nothing can be written.

    With a ``copy`` of the file its connections read that, and the file is not needed any more. A query that takes
    longer than ``query_seconds`` (0: as long as it likes) is given up with ``QueryTooSlow``.
    """

    def connect() -> sqlite3.Connection:
        if copy is not None:
            in_memory = sqlite3.connect(":memory:", check_same_thread=False)
            in_memory.deserialize(copy)
            in_memory.execute(f"PRAGMA {COPY_FLAGS}")
            return in_memory
        address = f"file:{quote(str(path.absolute()))}?{FILE_FLAGS}"
        return sqlite3.connect(address, uri=True, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=pool_size, max_overflow=8)
    if query_seconds:
        _limit_queries(engine, query_seconds)
    return engine


STEPS = 20_000
"""After so many steps of SQLite's virtual machine, some tenths of a millisecond, it asks whether to go on."""


def _limit_queries(engine: Engine, seconds: float) -> None:
    """Let every statement end after so many seconds, counted from its beginning, with ``QueryTooSlow``."""

    def watch(connection: sqlite3.Connection, record: Any) -> None:
        record.info["until"] = float("inf")
        connection.set_progress_handler(lambda: time.monotonic() > record.info["until"], STEPS)

    def begin(connection: Any, *_: Any) -> None:
        connection.info["until"] = time.monotonic() + seconds

    def explain(failure: ExceptionContext) -> None:
        if isinstance(failure.original_exception, sqlite3.OperationalError) and (
            failure.original_exception.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT
        ):
            raise QueryTooSlow(f"a query was given up after {seconds:g} seconds") from failure.original_exception

    event.listen(engine, "connect", watch)
    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "handle_error", explain)


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

    A release that cannot be opened, or whose file is not the one that was published, is not taken: the last good one
    goes on being served, and ``problem`` says why. What is served is read from a copy in memory (see ``COPIED``), so
    damage to its file does no harm here; it is noticed all the same, and said, since no other process could open it.
    """

    INTERVAL = 0.25
    """Seconds between two looks at the pointer and at the file of the release served."""
    READ_AGAIN = 300.0
    """Seconds after which the file is read again though nothing about it seems to have changed."""

    def __init__(self, folder: ReleaseFolder, pool_size: int = 4, query_seconds: float = 0) -> None:
        self.folder = folder
        self.problem: str | None = None
        self._pool_size = pool_size
        self._query_seconds = query_seconds
        self._open: OpenRelease | None = None
        self._judged: tuple[object, ...] = ()
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
        try:
            wanted = self.folder.current_id()
        except OSError as error:
            self.problem = f"The pointer in {self.folder.path} cannot be read ({type(error).__name__})."
            return
        # What was looked at once is read again only if it is another, or now and then: a disk may spoil a file without
        # changing what a look tells of it.
        path = self.folder.path_of(wanted or "")
        seen = (wanted, _print_of(path), time.monotonic() // self.READ_AGAIN)
        if seen == self._judged:
            return
        if wanted is None:
            self.problem = f"No release is current in {self.folder.path}: run `python -m app publish`."
        elif self._open is not None and wanted == self._open.id:
            self.problem = self._harm_to(self._open)
        else:
            self.problem = self._take(wanted)
        self._judged = seen
        if wanted and self.problem and (self._open is None or (self._open.id == wanted and not self._open.copied)):
            self._fall_back()

    def _take(self, wanted: str) -> str | None:
        """Serve a release from now on; what is wrong with it, where it cannot be."""
        try:
            opened = OpenRelease(
                self.folder.path_of(wanted), self._pool_size, query_seconds=self._query_seconds, keep=True
            )
        except DamagedRelease as error:
            return f"Release {wanted} is damaged: {error}."
        except Exception as error:  # noqa: BLE001  Whatever is wrong with a file, the last good one is served.
            return f"Release {wanted} cannot be opened ({type(error).__name__})."
        if opened.id != wanted:
            opened.close()
            return f"Release {wanted} cannot be taken: its file says that it is {opened.id}."
        previous, self._open = self._open, opened
        if previous is not None:
            previous.close()
        return None

    def _harm_to(self, served: OpenRelease) -> str | None:
        """What has happened to the file of the release served, if anything has."""
        try:
            if file_digest(served.path) == served.digest:
                return None
        except OSError as error:
            reason = f"cannot be read any more ({type(error).__name__})"
        else:
            reason = "is damaged: its digest is another"
        return f"The file of release {served.id} {reason}. Publish again, or roll back."

    def _fall_back(self) -> None:
        """Serve the release published last among those that are whole, rather than none or a damaged one."""
        try:
            held = self.folder.list()
            found = next((each for each in held if is_whole(each.path) and self._take(each.id) is None), None)
        except OSError:
            return
        if found is not None:
            self.problem = f"{self.problem} Release {found.id} is served instead."

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
            # Whoever asks again is not told that there is none because somebody looked just now.
            self._looked, self._judged = float("-inf"), ()


def _print_of(path: Path) -> Print | None:
    try:
        return Print.of(path)
    except (OSError, ValueError):  # A pointer may hold what is no name of a file.
        return None
