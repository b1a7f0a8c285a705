"""The releases in one PostgreSQL database.

The schema ``faultlines`` holds two small tables: ``release``, what each release is, and ``current``, the one row that
points to the release to serve. Each release lies in a schema ``release_ID``, which nothing changes once it is there.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from app.engines import Schema
from app.releases.files import ID, file_digest
from app.releases.opening import OpenRelease
from app.releases.store import HeldRelease, NoRelease, Progress

CONTROL = "faultlines"
"""The schema of the two tables that say which releases there are, and which is current."""
_LOCK = 0x6661756C74
"""The key of the lock that one publisher at a time holds."""
_TABLES = f"""
CREATE SCHEMA IF NOT EXISTS {CONTROL};
CREATE TABLE IF NOT EXISTS {CONTROL}.release (
    id text PRIMARY KEY,
    published timestamptz NOT NULL,
    digest text NOT NULL,
    contents text NOT NULL,
    size bigint NOT NULL
);
COMMENT ON COLUMN {CONTROL}.release.digest IS 'SHA-256 of the release as one SQLite file';
COMMENT ON COLUMN {CONTROL}.release.contents IS 'SHA-256 of the rows of its tables, as COPY writes them';
CREATE TABLE IF NOT EXISTS {CONTROL}.current (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    release_id text NOT NULL REFERENCES {CONTROL}.release (id)
)
"""


class PackageMissing(OSError):
    """The extra with PostgreSQL's driver is not installed; the text says what to do."""


class DatabaseSilent(ConnectionError):
    """The database cannot be asked; the text says why."""


def schema_name(release_id: str) -> str:
    return f"release_{release_id}"


class ReleaseDatabase:
    """The releases in one database, for the role that ``place`` names."""

    remote = True

    def __init__(self, place: URL, web_role: str | None = None) -> None:
        if find_spec("psycopg") is None:
            raise PackageMissing(
                f"{place.render_as_string()} needs a package that is not installed: pip install "
                "'faultlines[postgres]', or name a folder of releases."
            )
        self.place = place
        self.name = place.render_as_string()
        self._web_role = web_role

    @cached_property
    def _engine(self) -> Engine:
        from app.postgres.opening import open_engine

        return open_engine(self.place, 1)

    @contextmanager
    def _asking(self) -> Iterator[Connection]:
        """A transaction; raise ``DatabaseSilent`` where the database cannot be asked."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise DatabaseSilent(f"{self.name}: {str(error.orig).strip()}") from error

    def _all(self, statement: str, **values: Any) -> Sequence[Any]:
        """The rows of a statement; none where nothing was ever published here."""
        try:
            with self._engine.connect() as connection:
                return connection.execute(text(statement), values).all()
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", None) in ("42P01", "3F000"):  # No such table, no such schema.
                return []
            raise DatabaseSilent(f"{self.name}: {str(error.orig).strip()}") from error
        except DBAPIError as error:
            raise DatabaseSilent(f"{self.name}: {str(error.orig).strip()}") from error

    def current_id(self) -> str | None:
        rows = self._all(f"SELECT release_id FROM {CONTROL}.current")  # noqa: S608
        return rows[0][0] if rows else None

    def list(self) -> list[HeldRelease]:
        rows = self._all(
            f"SELECT release.id, published, release_id IS NOT NULL FROM {CONTROL}.release "  # noqa: S608
            f"LEFT JOIN {CONTROL}.current ON release_id = release.id ORDER BY published DESC, release.id DESC"
        )
        return [
            HeldRelease(each, published.astimezone(UTC), current, f"{self.name} {schema_name(each)}")
            for each, published, current in rows
        ]

    def find(self, release_id: str) -> HeldRelease | None:
        return next((each for each in self.list() if each.id == release_id), None)

    def before(self, release_id: str) -> HeldRelease | None:
        order = iter(self.list())
        return next(order, None) if any(each.id == release_id for each in order) else None

    def _told(self, release_id: str) -> Any:
        statement = f"SELECT published, digest, contents, size FROM {CONTROL}.release WHERE id = :id"  # noqa: S608
        rows = self._all(statement, id=release_id)
        return rows[0] if rows else None

    def holds(self, release_id: str) -> bool:
        return self._told(release_id) is not None

    def make_current(self, release_id: str) -> None:
        if not ID.fullmatch(release_id) or not self.holds(release_id):
            raise NoRelease(f"There is no release {release_id} in {self.name}.")
        with self._asking() as connection:
            connection.execute(
                text(
                    f"INSERT INTO {CONTROL}.current (release_id) VALUES (:id) "  # noqa: S608
                    "ON CONFLICT (one) DO UPDATE SET release_id = excluded.release_id"
                ),
                {"id": release_id},
            )

    def open(
        self,
        release_id: str,
        pool_size: int = 4,
        *,
        query_seconds: float = 0,
        keep: bool = False,  # noqa: ARG002  Nobody can take a file away here.
    ) -> OpenRelease:
        from app.postgres.opening import OpenSchema

        told = self._told(release_id)
        if told is None:
            raise FileNotFoundError(f"there is no release {release_id} in {self.name}")
        source = Schema(self.place, schema_name(release_id))
        published = told.published.astimezone(UTC)
        return OpenSchema(source, told.digest, published, pool_size, query_seconds=query_seconds)

    def look(self, release_id: str) -> object:
        told = self._told(release_id)
        return told and told.contents

    def may_serve(self, release_id: str) -> bool:
        return self.holds(release_id)

    def harm_to(self, served: OpenRelease) -> str | None:
        if self.holds(served.id):
            return None
        return f"Release {served.id} is no longer in {self.name}. Publish again, or roll back."

    def file_of(self, _release_id: str) -> Path | None:
        return None

    def size_of(self, release_id: str) -> int:
        return int(self._told(release_id).size)

    def digest_of(self, release_id: str) -> bytes:
        return bytes.fromhex(self._told(release_id).digest)

    def read(self, release_id: str, start: int, stop: int) -> Iterator[bytes]:
        from app.releases.files import CHUNK

        statement = f'SELECT bytes FROM "{schema_name(release_id)}".release_file WHERE place = :place'  # noqa: S608
        while start < stop:
            place, skip = divmod(start, CHUNK)
            piece = bytes(self._all(statement, place=place)[0].bytes)[skip : skip + stop - start]
            start += len(piece)
            yield piece

    @contextmanager
    def publishing(self) -> Iterator[None]:
        with self._asking() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            connection.exec_driver_sql(_TABLES)
            self._grant(connection, CONTROL)
        with self._lock():
            yield

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """The lock of the one publisher; it goes with the connection, however that ends."""
        from app.postgres.opening import open_engine

        engine = open_engine(self.place, 1)
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK + 1})
                connection.commit()
                yield
        except DBAPIError as error:
            raise DatabaseSilent(f"{self.name}: {str(error.orig).strip()}") from error
        finally:
            engine.dispose()

    @contextmanager
    def part(self, release_id: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="faultlines-") as folder:
            yield Path(folder) / f"{release_id}.sqlite"

    def is_whole(self, release_id: str) -> bool:
        from app.postgres.copying import contents_digest

        told = self._told(release_id)
        if told is None:
            return False
        try:
            with self._engine.connect() as connection:
                return contents_digest(connection, schema_name(release_id)) == str(told.contents)
        except (DBAPIError, _driver_error()):  # A table or column of it is not there.
            return False

    def keep(self, part: Path, release_id: str, progress: Progress) -> None:
        from app.postgres.copying import copy_release

        schema = schema_name(release_id)
        try:
            with self._asking() as connection:
                # What lies there under this name is not whole, or it would not be built again.
                connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
                contents = copy_release(part, connection, schema, progress)
                self._grant(connection, schema)
                connection.execute(
                    text(
                        f"INSERT INTO {CONTROL}.release VALUES (:id, :published, :digest, :contents, :size) "  # noqa: S608
                        "ON CONFLICT (id) DO UPDATE SET published = excluded.published, digest = excluded.digest, "
                        "contents = excluded.contents, size = excluded.size"
                    ),
                    {
                        "id": release_id,
                        "published": datetime.now(UTC),
                        "digest": file_digest(part),
                        "contents": contents,
                        "size": part.stat().st_size,
                    },
                )
        except _driver_error() as error:
            raise DatabaseSilent(f"{self.name}: {str(error).strip()}") from error

    def _grant(self, connection: Connection, schema: str) -> None:
        """Let the role of the web processes read a schema, and nothing else."""
        if self._web_role is None:
            return
        connection.exec_driver_sql(f'GRANT USAGE ON SCHEMA "{schema}" TO "{self._web_role}"')
        connection.exec_driver_sql(f'GRANT SELECT ON ALL TABLES IN SCHEMA "{schema}" TO "{self._web_role}"')

    def renew(self, release_id: str) -> None:
        with self._asking() as connection:
            statement = f"UPDATE {CONTROL}.release SET published = :now WHERE id = :id"  # noqa: S608
            connection.execute(text(statement), {"now": datetime.now(UTC), "id": release_id})

    def remove(self, release_ids: Sequence[str]) -> None:
        for each in release_ids:
            with self._asking() as connection:
                connection.execute(text(f"DELETE FROM {CONTROL}.release WHERE id = :id"), {"id": each})  # noqa: S608
                connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{schema_name(each)}" CASCADE')

    def close(self) -> None:
        self._engine.dispose()


def _driver_error() -> type[Exception]:
    """What the driver raises where it is asked without SQLAlchemy, as COPY is."""
    import psycopg

    return psycopg.Error
