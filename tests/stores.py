"""Where the tests keep releases: in folders, or, with FAULTLINES_TEST_STORE=postgres, in databases of a server.

``make test-postgres`` runs the suite so. What is about files themselves says ``@about_files`` and why.
"""

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, make_url

from app.engines import Schema
from app.postgres.store import schema_name
from app.releases.store import ReleaseFolder, Store
from app.stores import store_at
from tests.cluster import Cluster, running_cluster

IN_POSTGRES = os.environ.get("FAULTLINES_TEST_STORE", "files") == "postgres"
_opened = ExitStack()


def about_files(reason: str) -> Callable[[Any], Any]:
    """Mark a test that cannot be asked of a database."""
    return pytest.mark.skipif(IN_POSTGRES, reason=f"about files: {reason}")


@cache
def cluster() -> Cluster:
    """The server of this process, started when it is first needed."""
    return _opened.enter_context(running_cluster())


@cache
def _database(_path: Path) -> URL:
    return cluster().new_database()


def store(place: Path | URL) -> Store:
    """The store at a place, closed when the tests are done."""
    found = store_at(place)
    _opened.callback(found.close)
    return found


def new_store(path: Path) -> Store:
    """A store for a test: the folder of this name, or a database that stands for it."""
    return store(_database(path)) if IN_POSTGRES else ReleaseFolder(path)


def source_of(held: Store, release_id: str) -> Path | Schema:
    """Where a release lies in its store, for comparing it with another."""
    path = held.file_of(release_id)
    return path if isinstance(held.place, Path) and path else Schema(make_url(held.place), schema_name(release_id))


def file_in(held: Store, release_id: str) -> bytes:
    """The release as one SQLite file, wherever its store keeps that."""
    return b"".join(held.read(release_id, 0, held.size_of(release_id)))


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether something comes true within some seconds: a database is followed by a thread of its own."""
    for _ in range(100):
        if holds():
            return True
        time.sleep(0.05)
    return False


def close_all() -> None:
    _opened.close()
