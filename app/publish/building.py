"""Builds a release beside its final place, tests it, and only then gives it its name and makes it current."""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, insert, text

from app.dates import IncompleteDate
from app.dossier.schema import Dossier
from app.models import Release
from app.publish.migrating import migrate, schema_revision
from app.publish.rows import Content, release_content
from app.publish.smoke import smoke_test
from app.releases import (
    DIGEST_SUFFIX,
    POINTER,
    ReleaseFile,
    ReleaseFolder,
    digest_path,
    file_digest,
    is_whole,
    sync_folder,
    write_whole,
)
from app.words import stemmed

Progress = Callable[[str], None]


def silent(_step: str) -> None:
    """Report no progress."""


def release_id(content: Content) -> str:
    """The first twelve hexadecimal digits of the SHA-256 of all rows and the schema's revision.

    It names the content: the same dossier gives the same id, and one changed letter another.
    """
    digest = hashlib.sha256(schema_revision().encode())
    digest.update(content.edition.model_dump_json().encode())
    for row in content.rows:
        record = [row.__tablename__, row.model_dump(mode="json")]
        digest.update(json.dumps(record, sort_keys=True, ensure_ascii=False).encode())
    for listing, item, words in content.texts:
        digest.update(json.dumps([listing, item, words.en, words.fr], ensure_ascii=False).encode())
    return digest.hexdigest()[:12]


def publish(dossier: Dossier, folder: ReleaseFolder, progress: Progress = silent) -> ReleaseFile:
    """Build, test and switch to the release of a dossier.

    Whatever fails, the current release stays as it is and nothing half-made is left under a release's name.
    """
    folder.path.mkdir(parents=True, exist_ok=True)
    with _one_publisher(folder.path):
        _sweep(folder.path)
        content = release_content(dossier)
        identifier = release_id(content)
        path = folder.path_of(identifier)
        if is_whole(path):
            os.utime(path)
        else:
            _make(path, dossier, content, identifier, progress)
        progress("switching")
        folder.make_current(identifier)
    return next(each for each in folder.list() if each.id == identifier)


def _make(path: Path, dossier: Dossier, content: Content, identifier: str, progress: Progress) -> None:
    """Build a release beside its place, test it, note its digest, and only then put it there."""
    part = path.with_name(f".{identifier}.{os.getpid()}.part")
    try:
        progress("building")
        _build(part, dossier, content, identifier)
        progress("testing")
        smoke_test(part, identifier, dossier)
        part.chmod(0o644)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        # The digest comes first: a release never lies there without one.
        write_whole(digest_path(path), f"{file_digest(part)}  {path.name}\n")
        part.replace(path)
        sync_folder(path.parent)
    finally:
        for leftover in path.parent.glob(f"{part.name}*"):
            leftover.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what killed publishers left; only one publishes at a time, so nobody is still writing any of it."""
    for pattern in (".*.part*", f".{POINTER}.*", f".*{DIGEST_SUFFIX}.*"):
        for leftover in folder.glob(pattern):
            leftover.unlink(missing_ok=True)


@contextmanager
def _one_publisher(folder: Path) -> Iterator[None]:
    """Wait until no other process publishes into the folder."""
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build(path: Path, dossier: Dossier, content: Content, identifier: str) -> None:
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
            _insert(connection, dossier, content, identifier)
            connection.commit()
            connection.execute(text("INSERT INTO listing_text(listing_text) VALUES ('optimize')"))
            connection.execute(text("ANALYZE"))
            connection.commit()
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
            connection.execute(text("PRAGMA journal_mode = DELETE"))
    finally:
        engine.dispose()


def _insert(connection: Connection, dossier: Dossier, content: Content, identifier: str) -> None:
    edition = dossier.edition
    compiled = IncompleteDate.parse(edition.compiled).last
    release = Release(id=identifier, name_en=edition.name.en, name_fr=edition.name.fr, compiled=compiled)
    connection.execute(insert(Release), [release.model_dump()])
    for shape, batch in groupby(content.rows, key=type):
        connection.execute(insert(shape), [row.model_dump() for row in batch])
    connection.execute(
        text(
            "INSERT INTO listing_text (listing, item, en, fr, en_stem, fr_stem) "
            "VALUES (:listing, :item, :en, :fr, :en_stem, :fr_stem)"
        ),
        [
            {
                "listing": listing,
                "item": item,
                "en": words.en,
                "fr": words.fr,
                "en_stem": stemmed(words.en, "en"),
                "fr_stem": stemmed(words.fr, "fr"),
            }
            for listing, item, words in content.texts
        ],
    )
