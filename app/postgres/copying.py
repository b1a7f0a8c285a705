"""Copies a release, built and tested as a file, into a schema of its own, and reads it all back to compare.

The schema is made of the models, as the file is. All of it happens in the caller's transaction: others see the whole
release or none.
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import BigInteger, Boolean, Column, Connection, Integer, LargeBinary, MetaData, String, Table
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import AutoString, SQLModel

from app.engines import Tokenizer, mark
from app.releases.files import CHUNK
from app.releases.store import Progress
from app.words import COLUMNS

MOST_PLACES = 16_383
"""How many words PostgreSQL can tell the places of in one text,"""
MOST_TIMES = 255
"""and how many places of one word."""
_AT_ONCE = 1000
"""How many entries are parted into words at a time."""


class DoesNotFit(OSError):
    """A release cannot be kept in PostgreSQL; the text says why."""


class CopyDiffers(OSError):
    """What PostgreSQL gives back is not what was copied into it; the text names the table."""


def tables_of(schema: str) -> list[Table]:
    """The tables of a release, without what no reader needs: references were checked when the file was built.

    Texts are compared byte by byte, as SQLite does, whatever the database's own language; and all of them alike, since
    no index serves a comparison of two that are not.
    """
    metadata = MetaData(schema=schema)
    text = String(collation="C")
    made = []
    for table in SQLModel.metadata.sorted_tables:
        columns = (
            Column(
                each.name,
                text if isinstance(each.type, String | AutoString) else each.type,
                primary_key=each.primary_key,
                nullable=bool(each.nullable),
                autoincrement=False,
            )
            for each in table.columns
        )
        made.append(Table(table.name, metadata, *columns))
    made.append(Table("alembic_version", metadata, Column("version_num", text, primary_key=True)))
    return made


def own_tables_of(schema: str) -> list[Table]:
    """The tables that only a release in PostgreSQL has: the index of the search, its size, and the file itself."""
    metadata = MetaData(schema=schema)
    text = String(collation="C")
    return [
        Table(
            "listing_text",
            metadata,
            Column("rowid", BigInteger, primary_key=True, autoincrement=False),
            *(Column(each, text, nullable=False) for each in ("listing", "item", "en", "fr")),
            Column("words", TSVECTOR, nullable=False),
            Column("size", Integer, nullable=False),
        ),
        Table(
            "listing_text_total",
            metadata,
            Column("entries", BigInteger, nullable=False),
            Column("words", BigInteger, nullable=False),
        ),
        Table(
            "release_file",
            metadata,
            Column("place", Integer, primary_key=True, autoincrement=False),
            Column("bytes", LargeBinary, nullable=False),
        ),
    ]


def copy_release(path: Path, connection: Connection, schema: str, progress: Progress) -> str:
    """Copy a file into a new schema; the digest of its contents. Raise ``DoesNotFit`` or ``CopyDiffers``."""
    copied, own = tables_of(schema), own_tables_of(schema)
    metadata = (copied[0].metadata, own[0].metadata)
    connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
    for each in metadata:
        each.create_all(connection, checkfirst=False)
    connection.exec_driver_sql(f'ALTER TABLE "{schema}".release_file ALTER COLUMN bytes SET STORAGE EXTERNAL')
    driver = driver_of(connection)
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as file:
        digests = []
        for number, table in enumerate(copied):
            progress("copying", number / (len(copied) + 1))
            digests.append(_copy_in(driver, table, _rows(file, table)))
        progress("copying", len(copied) / (len(copied) + 1))
        _copy_index(driver, own[0], own[1], file)
    _copy_in(driver, own[2], _pieces(path))
    progress("indexing", None)
    _make_indexes(connection, schema, own[0])
    progress("comparing", None)
    for table, digest in zip(copied, digests, strict=True):
        if digest_of(driver, table) != digest:
            raise CopyDiffers(f"the table {table.name} of {schema} is not what was copied into it")
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def contents_digest(connection: Connection, schema: str) -> str:
    """The digest of all that a release in PostgreSQL was copied from, as it stands there now."""
    driver = driver_of(connection)
    return hashlib.sha256("".join(digest_of(driver, each) for each in tables_of(schema)).encode()).hexdigest()


def driver_of(connection: Connection) -> psycopg.Connection[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def digest_of(driver: psycopg.Connection[Any], table: Table) -> str:
    """The SHA-256 of a table's rows, in the order of its key, as COPY writes them."""
    digest = hashlib.sha256()
    statement = f"COPY (SELECT {_columns(table)} FROM {_name(table)} ORDER BY {_key(table)}) TO STDOUT"  # noqa: S608
    with driver.cursor() as cursor, cursor.copy(statement.encode()) as found:
        for piece in found:
            digest.update(piece)
    return digest.hexdigest()


def _name(table: Table) -> str:
    return f'"{table.schema}"."{table.name}"'


def _columns(table: Table) -> str:
    return ", ".join(f'"{each.name}"' for each in table.columns)


def _key(table: Table) -> str:
    return ", ".join(f'"{each.name}"' for each in table.primary_key.columns)


def _rows(file: sqlite3.Connection, table: Table) -> Iterator[Sequence[Any]]:
    """The rows of a table, truth as PostgreSQL writes it: SQLite has numbers for it."""
    columns = ", ".join(
        f"""iif("{each.name}", 't', 'f')""" if isinstance(each.type, Boolean) else f'"{each.name}"'
        for each in table.columns
    )
    return file.execute(f'SELECT {columns} FROM "{table.name}" ORDER BY {_key(table)}')  # noqa: S608


_SIGNS = {"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
_TO_ESCAPE = re.compile(r"[\\\x08\f\n\r\t\v]")


def _line(row: Sequence[Any]) -> str:
    """A row as COPY reads and writes it."""
    return "\t".join(map(_field, row)) + "\n"


def _field(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    return _TO_ESCAPE.sub(lambda found: _SIGNS[found.group()], str(value))


def _copy_in(driver: psycopg.Connection[Any], table: Table, rows: Iterable[Sequence[Any]]) -> str:
    """Copy rows into a table; their digest."""
    digest, waiting, size = hashlib.sha256(), list[bytes](), 0
    statement = f"COPY {_name(table)} ({_columns(table)}) FROM STDIN WITH (FREEZE)"
    with driver.cursor() as cursor, cursor.copy(statement.encode()) as target:
        for row in rows:
            waiting.append(_line(row).encode())
            size += len(waiting[-1])
            if size > CHUNK:
                piece = b"".join(waiting)
                digest.update(piece)
                target.write(piece)
                waiting, size = [], 0
        piece = b"".join(waiting)
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()


def _copy_index(driver: psycopg.Connection[Any], index: Table, total: Table, file: sqlite3.Connection) -> None:
    entries = words = 0

    def rows() -> Iterator[Sequence[Any]]:
        nonlocal entries, words
        for row in _index_rows(file):
            entries += 1
            words += row[-1]
            yield row

    _copy_in(driver, index, rows())
    _copy_in(driver, total, [(entries, words)])


def _index_rows(file: sqlite3.Connection) -> Iterator[Sequence[Any]]:
    """Each row of the index with its words: a lexeme is a word with the letter of its column before it."""
    tokenizer = Tokenizer()
    found = file.execute(f"SELECT rowid, listing, item, {', '.join(COLUMNS)} FROM listing_text ORDER BY rowid")  # noqa: S608
    while batch := found.fetchmany(_AT_ONCE):
        words = tokenizer.words([(row[0], *row[3:]) for row in batch])
        for rowid, listing, item, english, french, *_ in batch:
            lexemes, size = [], 0
            for (column, word), places in words[rowid].items():
                if len(places) > MOST_TIMES or max(places) >= MOST_PLACES:
                    raise DoesNotFit(
                        f"{listing} {item}: PostgreSQL can index texts of at most {MOST_PLACES} words, and each word "
                        f"at most {MOST_TIMES} times in one; {word!r} is beyond that. Shorten the text, or keep "
                        "releases in a folder."
                    )
                size += len(places)
                lexemes.append(f"'{mark(column)}{word}':{','.join(str(place + 1) for place in sorted(places))}")
            yield rowid, listing, item, english, french, " ".join(lexemes), size


def _pieces(path: Path) -> Iterator[Sequence[Any]]:
    """The file itself, a piece a row."""
    with path.open("rb") as file:
        for place in count():
            piece = file.read(CHUNK)
            if not piece:
                return
            yield place, piece


def _make_indexes(connection: Connection, schema: str, index: Table) -> None:
    connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
    for table in SQLModel.metadata.sorted_tables:
        for each in sorted(table.indexes, key=lambda found: str(found.name)):
            columns = ", ".join(f'"{column.name}"' for column in each.columns)
            connection.exec_driver_sql(f'CREATE INDEX "{each.name}" ON "{schema}"."{table.name}" ({columns})')
    connection.exec_driver_sql(f"CREATE INDEX ix_listing_text_words ON {_name(index)} USING gin (words)")
    for table in (*tables_of(schema), *own_tables_of(schema)):
        connection.exec_driver_sql(f"ANALYZE {_name(table)}")
