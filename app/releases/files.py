"""The files of a release: their names and digests, and what puts them in their place as a whole."""

import hashlib
import os
import re
import tempfile
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

SUFFIX = ".sqlite"
DIGEST_SUFFIX = ".sha256"
CARDS_SUFFIX = ".cards"
POINTER = "current"
ID_PATTERN = "[0-9a-f]{12}"
"""What the id of a release looks like."""
ID = re.compile(ID_PATTERN)
CHUNK = 1_000_000
"""How many bytes of a file are read, sent or stored at a time."""


class DamagedRelease(Exception):
    """A release's file is not the one that was published; the text says how that is known."""


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
def sha256_of(path: Path, _inode: int, _size: int) -> bytes:
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


def print_of(path: Path) -> Print | None:
    try:
        return Print.of(path)
    except (OSError, ValueError):  # A pointer may hold what is no name of a file.
        return None
