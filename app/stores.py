"""Which kind of store a place is: a folder of files, or a PostgreSQL database."""

from pathlib import Path

from sqlalchemy import URL

from app.postgres.store import ReleaseDatabase
from app.releases.store import ReleaseFolder, Store


def store_at(place: Path | URL, web_role: str | None = None) -> Store:
    """The store at a place; raise ``PackageMissing`` where it needs a package that is not installed."""
    return ReleaseDatabase(place, web_role) if isinstance(place, URL) else ReleaseFolder(place)
