"""A release opened for reading: what is read of it once, its connections, the cards beside it."""

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from msgspec import Struct
from sqlalchemy import Engine, QueuePool, create_engine, event
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
from app.releases.files import DamagedRelease, cards_path, file_digest, recorded_digest


class QueryTooSlow(Exception):
    """A query of the database was given up when its time was over."""


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
