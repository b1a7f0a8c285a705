"""Builds a release as a file, tests it, and only then hands it to the store and makes it current."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, insert, text
from sqlmodel import SQLModel

from app.dates import IncompleteDate
from app.dossier.schema import Dossier, Edition, Text
from app.models import Claim, Release
from app.publish.migrating import migrate, schema_revision
from app.publish.ordering import (
    keep_texts,
    pair_contradictions,
    put_in_order,
    write_changes,
    write_sets,
    write_word_sets,
)
from app.publish.rows import Content, release_content
from app.publish.smoke import smoke_test
from app.publish.synthetic import VERSION, Synthetic
from app.releases.store import HeldRelease, Progress, Store
from app.vocabulary import Listing
from app.words import stemmed


def silent(_step: str, _share: float | None = None) -> None:
    """Report no progress."""


def release_id(content: Content, synthetic: Synthetic | None = None) -> str:
    """The first twelve hexadecimal digits of the SHA-256 of all rows, of the texts as the search has them, their stems
    included, and of the schema's revision.

    It names the content: the same dossier gives the same id, and one changed letter another, or another stemmer. Of
    what is invented it digests that from which it is made.
    """
    digest = hashlib.sha256(schema_revision().encode())
    digest.update(content.edition.model_dump_json().encode())
    for row in content.rows:
        record = [row.__tablename__, row.model_dump(mode="json")]
        digest.update(json.dumps(record, sort_keys=True, ensure_ascii=False).encode())
    for text_row in _with_stems(content.texts):
        digest.update(json.dumps(text_row, ensure_ascii=False).encode())
    if synthetic is not None:
        digest.update(json.dumps(["synthetic", VERSION, synthetic.claims, synthetic.seed]).encode())
    return digest.hexdigest()[:12]


def publish(
    dossier: Dossier,
    store: Store,
    progress: Progress = silent,
    synthetic: Synthetic | None = None,
    keep: int | None = None,
    prepare: Callable[[str], object] | None = None,
) -> HeldRelease:
    """Build, test and switch to the release of a dossier, with invented entries beside it where they are asked for.

    Then remove all releases but the last ``keep``, if that is given. ``prepare`` is given the id before
    the release is current, to put beside it what serves it faster.

    Whatever fails, the current release stays as it is and nothing half-made is left under a release's name.
    """
    with store.publishing():
        served = store.current_id()
        content = release_content(dossier)
        identifier = release_id(content, synthetic)
        if not store.is_whole(identifier):
            _make(store, dossier, content, identifier, synthetic, progress)
        elif identifier != served:
            # What is current already is no news: it stays published when it was.
            store.renew(identifier)
        if prepare is not None:
            progress("rendering", None)
            prepare(identifier)
        progress("switching", None)
        store.make_current(identifier)
        if keep is not None:
            _remove_all_but(keep, store, {identifier, served})
    return next(each for each in store.list() if each.id == identifier)


def _remove_all_but(keep: int, store: Store, served: set[str | None]) -> None:
    """Remove the releases published longest ago, but never one that is, or was a moment ago, served.

    The oldest goes first: whoever kills this leaves what a smaller number of removals would have left.
    """
    held = store.list()
    current = next(n for n, each in enumerate(held) if each.current)
    kept = served | {each.id for each in (*held[:keep], *held[current : current + 2])}
    store.remove([each.id for each in reversed(held) if each.id not in kept])


def _make(
    store: Store,
    dossier: Dossier,
    content: Content,
    identifier: str,
    synthetic: Synthetic | None,
    progress: Progress,
) -> None:
    """Build a release as a file, test it, and only then hand it to the store."""
    with store.part(identifier) as part:
        progress("building", None)
        _build(part, dossier, content, identifier, synthetic, progress)
        progress("testing", None)
        smoke_test(part, identifier, dossier, synthetic.claims if synthetic else 0)
        store.keep(part, identifier, progress)


def _build(
    path: Path,
    dossier: Dossier,
    content: Content,
    identifier: str,
    synthetic: Synthetic | None = None,
    progress: Progress = silent,
) -> None:
    path.unlink(missing_ok=True)
    engine = create_engine(URL.create("sqlite", database=str(path)))
    try:
        with engine.connect() as connection:
            # The file is not yet a release: a crash leaves only a part file, so no journal needs to be kept.
            connection.execute(text("PRAGMA journal_mode = OFF"))
            connection.execute(text("PRAGMA synchronous = OFF"))
            connection.commit()
            migrate(connection)
            connection.commit()
            with _indexes_last(connection):
                _insert(connection, dossier, content, identifier, synthetic.name if synthetic else None)
                if synthetic is not None:
                    _insert_synthetic(connection, synthetic, progress)
                progress("ordering", None)
                put_in_order(connection)
                pair_contradictions(connection)
                connection.commit()
                progress("indexing", None)
            write_sets(connection)
            write_changes(connection)
            connection.execute(text("INSERT INTO listing_text(listing_text) VALUES ('optimize')"))
            write_word_sets(connection)
            connection.execute(text("ANALYZE"))
            connection.commit()
        progress("packing", None)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
            connection.execute(text("PRAGMA journal_mode = DELETE"))
    finally:
        engine.dispose()


@contextmanager
def _indexes_last(connection: Connection) -> Iterator[None]:
    """Take away every index that is not a key, and make it again at the end: sorted once, it costs a fraction."""
    statement = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
    indexes = connection.execute(text(statement)).all()
    for name, _ in indexes:
        connection.execute(text(f'DROP INDEX "{name}"'))
    yield
    for _, definition in indexes:
        connection.execute(text(definition))


def _insert(
    connection: Connection, dossier: Dossier, content: Content, identifier: str, name: Text | None = None
) -> None:
    edition: Edition = dossier.edition
    compiled = IncompleteDate.parse(edition.compiled).last
    name = name or edition.name
    release = Release(id=identifier, name_en=name.en, name_fr=name.fr, compiled=compiled)
    connection.execute(insert(Release), [release.model_dump()])
    for shape, batch in groupby(content.rows, key=type):
        connection.execute(insert(shape), [row.model_dump() for row in batch])
    keep_texts(connection, _with_stems(content.texts))


def _insert_synthetic(connection: Connection, synthetic: Synthetic, progress: Progress) -> None:
    """Insert what is invented batch by batch, so that it takes no more memory the more there is."""
    done = 0
    for batch in synthetic.batches():
        for shape, rows in batch.rows.items():
            marks = ", ".join("?" * len(rows[0]))
            columns = ", ".join(list(SQLModel.metadata.tables[str(shape.__tablename__)].columns.keys())[: len(rows[0])])
            connection.exec_driver_sql(f"INSERT INTO {shape.__tablename__} ({columns}) VALUES ({marks})", rows)  # noqa: S608
        keep_texts(connection, _with_stems(batch.texts))
        done += len(batch.rows[Claim])
        progress("inventing", done / synthetic.claims)


def _with_stems(texts: Iterable[tuple[Listing, str, Text]]) -> list[tuple[str, ...]]:
    return [
        (listing, item, words.en, words.fr, stemmed(words.en, "en"), stemmed(words.fr, "fr"))
        for listing, item, words in texts
    ]
