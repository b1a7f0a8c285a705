"""What a store of releases can do, and the folder that is one; the other is a database (``app.postgres``)."""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from msgspec import Struct
from sqlalchemy import URL

from app.releases.files import (
    CHUNK,
    DIGEST_SUFFIX,
    ID,
    POINTER,
    SUFFIX,
    cards_path,
    digest_path,
    file_digest,
    print_of,
    recorded_digest,
    sha256_of,
    sync_folder,
    write_whole,
)
from app.releases.opening import OpenRelease

Progress = Callable[[str, float | None], None]
"""Told of each step, and how much of it is done, from 0 to 1, where that is known."""


class NoRelease(Exception):
    """There is no release to serve; the text says why and what to do."""


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
        return print_of(self.path_of(release_id))

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
        return sha256_of(path, found.st_ino, found.st_size)

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
