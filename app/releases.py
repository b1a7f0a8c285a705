"""Where releases are kept, and a release opened for reading.

A store of releases is a folder (here) or a database (``app.postgres``); what both can do is ``Store``.

A release is one SQLite file, ``ID.sqlite``, that never changes once it has its name. The file ``current`` holds the
id of the release to serve; it is only ever replaced as a whole, so a reader sees the old id or the new one. Beside each
release lies ``ID.sqlite.sha256``, the digest of the file as it was published, in the form that ``sha256sum -c`` reads,
and it may have ``ID.cards``, the cards of its claims as the program that published it renders them
(:mod:`app.rendering.cards`), with a digest as well.
"""

import fcntl
import hashlib
import json
import os
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote
from uuid import uuid4

from msgspec import Struct
from sqlalchemy import URL, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel, col, func, select

from app.engines import Schema, show_words
from app.models import (
    Area,
    CalculationReading,
    Claim,
    Driver,
    FormerId,
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
CARDS_SUFFIX = ".cards"
POINTER = "current"
ID_PATTERN = "[0-9a-f]{12}"
"""What the id of a release looks like."""
ID = re.compile(ID_PATTERN)


CHUNK = 1_000_000
"""How many bytes of a file are read, sent or stored at a time."""
Progress = Callable[[str, float | None], None]
"""Told of each step, and how much of it is done, from 0 to 1, where that is known."""


class NoRelease(Exception):
    """There is no release to serve; the text says why and what to do."""


class QueryTooSlow(Exception):
    """A query of the database was given up when its time was over."""


class DamagedRelease(Exception):
    """A release's file is not the one that was published; the text says how that is known."""


class HeldRelease(Struct, frozen=True):
    """A release in a store; ``place`` says to people where it lies."""

    id: str
    published: datetime
    current: bool
    place: str


class ReleaseFile(HeldRelease, frozen=True):
    path: Path


class Store(Protocol):
    """Where releases are kept. Only ``publish`` and ``rollback`` write to it."""

    @property
    def place(self) -> Path | URL: ...

    @property
    def name(self) -> str:
        """What people are told of the place: no secret is in it."""

    @property
    def remote(self) -> bool:
        """Whether a look may take time, or find nobody there."""

    def current_id(self) -> str | None: ...

    def list(self) -> Sequence[HeldRelease]:
        """All releases, the one published last first."""

    def find(self, release_id: str) -> HeldRelease | None:
        """The release of an id, if it is held."""

    def before(self, release_id: str) -> HeldRelease | None:
        """Of the releases held, the one that was published last before this one."""

    def holds(self, release_id: str) -> bool: ...

    def make_current(self, release_id: str) -> None:
        """Point to a release that is there; raise ``NoRelease`` where it is not."""

    def open(
        self, release_id: str, pool_size: int = 4, *, query_seconds: float = 0, keep: bool = False
    ) -> "OpenRelease":
        """Open a release; raise ``FileNotFoundError`` where it is gone, another exception where it cannot be served."""

    def look(self, release_id: str) -> object:
        """What tells, at the cost of a look, that a release may no longer be what was opened."""

    def may_serve(self, release_id: str) -> bool:
        """Whether a release is, as far as a server can tell, what was published."""

    def harm_to(self, served: "OpenRelease") -> str | None:
        """What has happened to the release served, if anything has."""

    def file_of(self, release_id: str) -> Path | None:
        """The release's SQLite file, where it lies there as one."""

    def size_of(self, release_id: str) -> int:
        """How many bytes that file has, wherever it is kept."""

    def digest_of(self, release_id: str) -> bytes:
        """The SHA-256 of that file."""

    def read(self, release_id: str, start: int, stop: int) -> Iterator[bytes]:
        """The file's bytes from one place until before another."""

    def publishing(self) -> AbstractContextManager[None]:
        """Wait until no other process publishes here, and remove what killed publishers left."""

    def part(self, release_id: str) -> AbstractContextManager[Path]:
        """Where a release may be built as a file; nothing is left of that place afterwards."""

    def is_whole(self, release_id: str) -> bool:
        """Whether a release is there and is what was published, all of it read and compared."""

    def keep(self, part: Path, release_id: str, progress: Progress) -> None:
        """Take a built and tested file into the store: as a whole, or not at all."""

    def renew(self, release_id: str) -> None:
        """Let a release that is there count as published now."""

    def remove(self, release_ids: Sequence[str]) -> None:
        """Remove releases, in this order."""

    def close(self) -> None:
        """Let go of what is held open to look; what is asked afterwards opens it again."""


class ReleaseFolder:
    """The releases below one folder. Only ``publish`` and ``rollback`` write to it."""

    remote = False

    def __init__(self, path: Path) -> None:
        self.path = self.place = path
        self.name = str(path)

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
            found.append(ReleaseFile(path.stem, published, path.stem == current, str(path), path))
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
        if not ID.fullmatch(release_id) or not self.path_of(release_id).is_file():
            raise NoRelease(f"There is no release {release_id} in {self.path}.")
        write_whole(self.path / POINTER, release_id + "\n")
        sync_folder(self.path)

    def holds(self, release_id: str) -> bool:
        return self.path_of(release_id).is_file()

    def open(
        self, release_id: str, pool_size: int = 4, *, query_seconds: float = 0, keep: bool = False
    ) -> "OpenRelease":
        return OpenRelease(self.path_of(release_id), pool_size, query_seconds=query_seconds, keep=keep)

    def look(self, release_id: str) -> object:
        return _print_of(self.path_of(release_id))

    def may_serve(self, release_id: str) -> bool:
        return self.is_whole(release_id)

    def harm_to(self, served: "OpenRelease") -> str | None:
        try:
            if file_digest(served.path) == served.digest:
                return None
        except OSError as error:
            reason = f"cannot be read any more ({type(error).__name__})"
        else:
            reason = "is damaged: its digest is another"
        return f"The file of release {served.id} {reason}. Publish again, or roll back."

    def file_of(self, release_id: str) -> Path | None:
        return self.path_of(release_id)

    def size_of(self, release_id: str) -> int:
        return self.path_of(release_id).stat().st_size

    def digest_of(self, release_id: str) -> bytes:
        path = self.path_of(release_id)
        found = path.stat()
        return _sha256(path, found.st_ino, found.st_size)

    def read(self, release_id: str, start: int, stop: int) -> Iterator[bytes]:
        with self.path_of(release_id).open("rb") as file:
            file.seek(start)
            while start < stop and (piece := file.read(min(CHUNK, stop - start))):
                start += len(piece)
                yield piece

    @contextmanager
    def publishing(self) -> Iterator[None]:
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            for pattern in (".*.part*", f".{POINTER}.*", f".*{DIGEST_SUFFIX}.*"):
                for leftover in self.path.glob(pattern):
                    leftover.unlink(missing_ok=True)
            yield

    @contextmanager
    def part(self, release_id: str) -> Iterator[Path]:
        part = self.path / f".{release_id}.{os.getpid()}.part"
        try:
            yield part
        finally:
            for leftover in self.path.glob(f"{part.name}*"):
                leftover.unlink(missing_ok=True)

    def is_whole(self, release_id: str) -> bool:
        path = self.path_of(release_id)
        return path.is_file() and file_digest(path) == recorded_digest(path)

    def keep(self, part: Path, release_id: str, progress: Progress) -> None:  # noqa: ARG002  It takes no time.
        path = self.path_of(release_id)
        part.chmod(0o644)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        # The digest comes first: a release never lies there without one.
        write_whole(digest_path(path), f"{file_digest(part)}  {path.name}\n")
        part.replace(path)
        sync_folder(self.path)

    def renew(self, release_id: str) -> None:
        os.utime(self.path_of(release_id))

    def remove(self, release_ids: Sequence[str]) -> None:
        for each in release_ids:
            for path in (self.path_of(each), cards_path(self.path_of(each))):
                path.unlink(missing_ok=True)
                digest_path(path).unlink(missing_ok=True)
        sync_folder(self.path)

    def close(self) -> None:
        pass


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


def cards_path(path: Path) -> Path:
    """Where the cards of a release's claims stand, if they were rendered when it was published."""
    return path.with_suffix(CARDS_SUFFIX)


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


@lru_cache(maxsize=64)
def _sha256(path: Path, _inode: int, _size: int) -> bytes:
    """The SHA-256 of a release's file; computed once for a file, for it never changes."""
    return bytes.fromhex(file_digest(path))


class Print(Struct, frozen=True):
    """What tells, at the cost of a look, that a file may no longer be the one that was opened."""

    inode: int
    changed: int
    size: int

    @classmethod
    def of(cls, path: Path) -> "Print":
        found = path.stat()
        return cls(found.st_ino, found.st_mtime_ns, found.st_size)


class Name(Struct, frozen=True):
    """What a thing is called in each language; a source is told from others of its publisher by the date."""

    en: str
    fr: str
    published: str | None = None

    def in_language(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


Names = Mapping[str, Mapping[str, Name]]
"""For each filter parameter whose values the dossier decides: value → name, in the dossier's order."""


class MisleadingTerm(Struct, frozen=True, eq=False):
    """A term of the glossary to be marked in texts; ``forms`` are (language, word or phrase) pairs.

    It is compared by identity: what is worked out for the terms of one release is kept by them, and looked up often.
    """

    id: str
    name: Name
    caution: Name
    forms: tuple[tuple[str, str], ...]


class Cards:
    """The cards of a release's claims as HTML, rendered by ``program`` when the release was published.

    They save time and say nothing that the release does not: where there are none, pages render them.
    """

    def __init__(self, path: Path, pool_size: int, query_seconds: float) -> None:
        """Open the file; raise ``DamagedRelease`` or another exception where it cannot be used."""
        copy = path.read_bytes()
        if recorded_digest(path) != hashlib.sha256(copy).hexdigest():
            raise DamagedRelease(f"{path.name} is not the file that was published: its digest is another")
        small = copy if len(copy) <= OpenRelease.COPIED else None
        self.engine = open_read_only(path, pool_size, query_seconds=query_seconds, copy=small)
        try:
            with self.engine.connect() as connection:
                self.program: str = connection.exec_driver_sql("SELECT program FROM made_by").scalar_one()
        except BaseException:
            self.engine.dispose()
            raise

    def read(self, language: str, ids: Sequence[str]) -> Mapping[str, str]:
        """The cards of these claims that there are, by id."""
        statement = "SELECT claim, card FROM card WHERE language = ? AND claim IN (SELECT value FROM json_each(?))"
        with self.engine.connect() as connection:
            rows = connection.exec_driver_sql(statement, (language, json.dumps(list(ids))))
            return {claim: card for claim, card in rows}  # noqa: C416  A row is no pair to mypy.


def _open_cards(path: Path, pool_size: int, query_seconds: float) -> Cards | None:
    """The cards of a release; ``None`` where there are none that can be trusted, since every page does without."""
    try:
        return Cards(cards_path(path), pool_size, query_seconds)
    except (OSError, DamagedRelease, SQLAlchemyError, sqlite3.Error):
        return None


class OpenRelease:
    """A release opened for reading. It never changes, so what is read once here holds for good."""

    path: Path
    source: Path | Schema
    """Where it lies, for comparing it with another."""
    cards: Cards | None = None

    COPIED = 32_000_000
    """Up to this size in bytes, a release to be ``kept`` is read from a copy in memory."""

    def __init__(self, path: Path, pool_size: int = 4, *, query_seconds: float = 0, keep: bool = False) -> None:
        """Open a file; raise ``DamagedRelease`` or another exception where it cannot be served.

        A release that is kept goes on being served whatever happens to its file, if it is small enough to copy.
        """
        self.path = self.source = path
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
                self._read_once(session, datetime.fromtimestamp(path.stat().st_mtime, UTC))
        except BaseException:
            self.engine.dispose()
            raise
        self.cards = _open_cards(path, pool_size, query_seconds)

    def _read_once(self, session: Session, published: datetime) -> None:
        row = session.exec(select(Release)).one()
        self.id = row.id
        self.name = Name(row.name_en, row.name_fr)
        self.compiled: date = row.compiled
        self.settled: date = row.settled
        self.published = published
        self.claims: int = session.exec(select(func.count()).select_from(Claim)).one()
        self.names: Names = _read_names(session)
        self.misleading = _read_misleading(session)
        self.inputs = _read_inputs(session)
        self.former = _read_former(session)
        self.schema: str = session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()

    @contextmanager
    def session(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            yield session

    def close(self) -> None:
        """Close idle connections; one that a page still uses is closed when the page is done."""
        self.engine.dispose()
        if self.cards is not None:
            self.cards.engine.dispose()


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
    refuse_if_missing(path.name, _SEARCHED, {(table, column) for table, column in rows})


def refuse_if_missing(name: str, wanted: frozenset[tuple[str, str]], there: set[tuple[str, str]]) -> None:
    """Raise ``ValueError`` where a column that is wanted, or that a model names, is not there."""
    named = {(table.name, column.name) for table in SQLModel.metadata.tables.values() for column in table.columns}
    if missing := sorted((named | wanted) - there):
        table, column = missing[0]
        raise ValueError(f"{name} was built for another schema: it has no {table}.{column}")


FILE_FLAGS = "mode=ro&immutable=1"
COPY_FLAGS = "query_only=ON"
"""How a release is opened: its file, and a copy of it in memory."""


class _Shared:
    """A copy of a database in memory, one for all connections, which is there as long as this is."""

    def __init__(self, copy: bytes) -> None:
        # SQLite shares a database of this file system among all that name it, in this process alone.
        self.address = f"file:/{uuid4().hex}?vfs=memdb"
        self._holder = self.connect()
        # It only holds the copy, and would keep two megabytes of its pages a second time.
        self._holder.execute("PRAGMA cache_size = 10")
        with closing(sqlite3.connect(":memory:")) as whole:
            whole.deserialize(copy)
            whole.backup(self._holder)

    def connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.address, uri=True, check_same_thread=False)


def open_read_only(path: Path, pool_size: int = 4, *, query_seconds: float = 0, copy: bytes | None = None) -> Engine:
    """An engine on a file that nobody changes: no locks are taken, and nothing can be written.

    With a ``copy`` of the file its connections read that, and the file is not needed any more. A query that takes
    longer than ``query_seconds`` (0: as long as it likes) is given up with ``QueryTooSlow``.
    """
    shared = None if copy is None else _Shared(copy)

    def connect() -> sqlite3.Connection:
        if shared is not None:
            in_memory = shared.connect()
            show_words(in_memory)
            in_memory.execute(f"PRAGMA {COPY_FLAGS}")
            return in_memory
        address = f"file:{quote(str(path.absolute()))}?{FILE_FLAGS}"
        on_disk = sqlite3.connect(address, uri=True, check_same_thread=False)
        show_words(on_disk)
        return on_disk

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
        rows = session.exec(select(model.id, model.name_en, model.name_fr).order_by(model.ordinal))
        names[parameter] = {identifier: Name(en, fr) for identifier, en, fr in rows}
    sources = session.exec(
        select(Source.id, Source.publisher_en, Source.publisher_fr, Source.published).order_by(
            Source.publisher_en, col(Source.published_first), Source.id
        )
    )
    names["source"] = {identifier: Name(en, fr, published) for identifier, en, fr, published in sources}
    rated = session.exec(
        select(Claim.id, Claim.text_en, Claim.text_fr)
        .join(RatedClaim, col(RatedClaim.claim_id) == col(Claim.id))
        .order_by(col(RatedClaim.ordinal))
    )
    names["without"] = {f"claim:{identifier}": Name(en, fr) for identifier, en, fr in rated}
    return names


def _read_inputs(session: Session) -> Mapping[str, tuple[str, ...]]:
    """For each input of a calculation, ``CALCULATION.INPUT``, the readings that may be taken, the default first."""
    found: dict[str, tuple[str, ...]] = {}
    order = (CalculationReading.calculation_id, CalculationReading.input_name, col(CalculationReading.ordinal))
    for row in session.exec(select(CalculationReading).order_by(*order)):
        name = f"{row.calculation_id}.{row.input_name}"
        found[name] = (*found.get(name, ()), row.reading_id)
    return found


def _read_former(session: Session) -> Mapping[str, Mapping[str, str]]:
    """By kind, as parameters are named, and claims and figures besides: an id of before, and the one of now."""
    found: dict[str, dict[str, str]] = {}
    for each in session.exec(select(FormerId)):
        found.setdefault(each.kind, {})[each.former] = each.id
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


def _print_of(path: Path) -> Print | None:
    try:
        return Print.of(path)
    except (OSError, ValueError):  # A pointer may hold what is no name of a file.
        return None
