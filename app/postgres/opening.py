"""A release opened for reading in PostgreSQL."""

from collections.abc import Callable
from datetime import datetime
from threading import Event
from typing import Any

from sqlalchemy import URL, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry

from app.engines import Schema
from app.releases.opening import OpenRelease, QueryTooSlow, refuse_if_missing
from app.releases.store import NoRelease

CONNECT_SECONDS = 3
"""How long a connection is waited for."""
_ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""So that a server that is gone without a word is noticed within half a minute."""
_SEARCHED = frozenset(("listing_text", each) for each in ("rowid", "listing", "item", "en", "fr", "words", "size"))
READ_ONLY = "default_transaction_read_only=on"
_PLANNING = " ".join(
    f"-c {each}"
    for each in (
        # What is searched for is read to its end or nearly, so a plan that only begins quickly is the slower one.
        "cursor_tuple_fraction=1",
        # The default is for disks that turn. A release is read from memory and solid disks.
        "random_page_cost=1.1",
        # Pages are many and small: one process each serves more readers than several for one.
        "max_parallel_workers_per_gather=0",
        "jit=off",
    )
)
"""How queries are planned, whatever the server is set to: measured with 100,000 claims (decision 0029)."""


def open_engine(url: URL, pool_size: int, options: str = "", **settings: Any) -> Engine:
    """An engine whose connections have these options; whoever is not answered is told so with ``NoRelease``."""
    arguments = {"connect_timeout": CONNECT_SECONDS, "application_name": "faultlines", "options": options, **_ALIVE}
    return create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=8,
        pool_pre_ping=True,
        connect_args=arguments,
        **settings,
    )


class OpenSchema(OpenRelease):
    """A release opened in its schema; its connections can write nothing."""

    COPIED = 0

    def __init__(
        self, source: Schema, digest: str, published: datetime, pool_size: int = 4, *, query_seconds: float = 0
    ) -> None:
        self.source = source
        self.copied = False
        self.flags = READ_ONLY
        self.digest = digest
        options = f'-c search_path="{source.name}" -c {READ_ONLY} {_PLANNING}'
        if query_seconds:
            options += f" -c statement_timeout={max(1, round(query_seconds * 1000))}"
        self.engine = open_engine(source.url, pool_size, options)
        event.listen(self.engine, "handle_error", _explain(query_seconds))
        self._closed = Event()
        event.listen(self.engine, "checkin", _end_when(self._closed))
        try:
            with self.session() as session:
                rows = session.connection().exec_driver_sql(
                    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = %s",
                    (source.name,),
                )
                refuse_if_missing(source.name, _SEARCHED, {(table, column) for table, column in rows})
                self._read_once(session, published)
        except BaseException:
            self.engine.dispose()
            raise

    def close(self) -> None:
        self._closed.set()
        super().close()


def _end_when(closed: Event) -> Callable[[Any, ConnectionPoolEntry], None]:
    """What closes the connection that a page still used when its release was closed: nobody else will.

    It knows nothing of the release, which could not be forgotten otherwise.
    """

    def come_back(_connection: Any, record: ConnectionPoolEntry) -> None:
        if closed.is_set():
            record.invalidate()

    return come_back


def _explain(seconds: float) -> Any:
    from psycopg.errors import QueryCanceled, UndefinedTable

    def explain(failure: ExceptionContext) -> None:
        if isinstance(failure.original_exception, QueryCanceled):
            raise QueryTooSlow(f"a query was given up after {seconds:g} seconds") from failure.original_exception
        if isinstance(failure.original_exception, UndefinedTable):
            # All of them were there when it was opened.
            raise NoRelease("The release has been removed from the database.") from failure.original_exception
        if failure.is_disconnect or failure.connection is None:
            raise NoRelease("The database of releases does not answer.") from failure.original_exception

    return explain
