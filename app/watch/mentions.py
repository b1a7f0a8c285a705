"""The mentions: what publishers said since, one a line, in a file that only grows. Nothing of it counts as evidence.

The command ``app watch`` appends to ``mentions.jsonl``; the web process only reads it. A line is written whole and
made durable before anything else remembers that its feed was read, so a kill at any moment loses nothing. A line that
a kill cut short is closed by the next run and skipped by every reader.
"""

import fcntl
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.vocabulary import CheckOutcome

FILE = "mentions.jsonl"
FEEDS = "feeds.json"
CHECKS = "sources.json"
MAX_BYTES = 8_000_000
"""How much of a file is read: of the mentions the end, where the newest are."""


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Mention(_Line):
    """``seen`` is the day on which it was found; ``id`` follows from the address (see ``addresses.mention_id``)."""

    id: str = Field(pattern=r"^[0-9a-f]{12}$")
    title: str = Field(min_length=1, max_length=300)
    publisher: str = Field(min_length=1, max_length=120)
    address: str = Field(pattern=r"^https?://[^\s]+$", max_length=2000)
    published: date | None
    seen: date
    language: str = Field(pattern=r"^[a-z]{2}$")
    feed: str
    kind: str
    issues: tuple[str, ...]
    parties: tuple[str, ...]
    terms: tuple[str, ...]

    @property
    def day(self) -> date:
        """The day it counts from: that of its publication, or else the day it was found; never later than that."""
        return min(self.published or self.seen, self.seen)


class Check(_Line):
    """What became of a source's address: ``when`` it was asked for, and where an archived copy is, if one was found."""

    outcome: CheckOutcome
    when: date
    status: int | None = None
    address: str | None = Field(default=None, description="where it has moved to")
    archived: str | None = Field(default=None, pattern=r"^https://[^\s]+$")
    problem: str | None = None
    digest: str | None = None
    etag: str | None = None
    modified: str | None = None


class FeedState(Struct, frozen=True):
    """What is remembered of a feed; times are ISO 8601 in UTC. ``query`` is a digest of what it was read for."""

    attempted: str | None = None
    succeeded: str | None = None
    entries: int = 0
    mentions: int = 0
    problem: str | None = None
    etag: str | None = None
    modified: str | None = None
    query: str | None = None
    not_before: str | None = None


class Watched(Struct, frozen=True):
    """What the watch knows, at one moment; ``digest`` changes whenever any of it does, and is empty for nothing."""

    mentions: tuple[Mention, ...] = ()
    checks: Mapping[str, Check] = field(default_factory=dict)
    digest: str = ""


def parse_mentions(raw: bytes) -> tuple[Mention, ...]:
    """The mentions of a file, each once, in its order. What is no whole line of a mention is left out."""
    found: dict[str, Mention] = {}
    for line in raw.split(b"\n")[:-1]:
        try:
            mention = Mention.model_validate_json(line)
        except ValidationError:
            continue
        found.setdefault(mention.id, mention)
    return tuple(found.values())


def parse_checks(raw: bytes) -> Mapping[str, Check]:
    """The last check of each source; what cannot be read counts as not there."""
    try:
        body = json.loads(raw)
        return {str(key): Check.model_validate_json(json.dumps(value)) for key, value in dict(body).items()}
    except (ValueError, TypeError):
        return {}


def read_feeds(folder: Path) -> dict[str, FeedState]:
    """What is remembered of each feed, for the next run and for metrics; empty where nothing is."""
    known = FeedState.__struct_fields__
    try:
        body: Any = json.loads((folder / FEEDS).read_bytes()[:MAX_BYTES])
        return {feed: FeedState(**{k: v for k, v in state.items() if k in known}) for feed, state in body.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _tail(path: Path) -> bytes:
    """The end of a file, from the beginning of a line; nothing where there is none."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size <= MAX_BYTES:
                return file.read(MAX_BYTES)
            file.seek(size - MAX_BYTES)
            return file.read(MAX_BYTES).partition(b"\n")[2]
    except OSError:
        return b""


class WatchedFolder:
    """The folder as the web process sees it: only read, and read again as soon as a file in it has changed."""

    INTERVAL = 0.25
    """Seconds between two looks of ``digest``, which every request asks for."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._looked = float("-inf")
        self._versions: tuple[tuple[int, ...], ...] = ()
        self._watched = Watched()

    def read(self) -> Watched:
        """What the watch knows now; nothing where it has never run, or where mentions are switched off."""
        if self.folder is None:
            return self._watched
        versions = tuple(_version(self.folder / name) for name in (FILE, CHECKS))
        if versions != self._versions:
            raw, checked = _tail(self.folder / FILE), _tail(self.folder / CHECKS)
            mentions, checks = parse_mentions(raw), parse_checks(checked)
            digest = hashlib.sha256(raw + b"\0" + checked).hexdigest() if mentions or checks else ""
            self._watched, self._versions = Watched(mentions, checks, digest), versions
        return self._watched

    @property
    def successes(self) -> dict[str, float]:
        """When each feed was last read, in seconds since 1970; a feed that never was is left out."""
        if self.folder is None:
            return {}
        states = read_feeds(self.folder).items()
        return {feed: datetime.fromisoformat(each.succeeded).timestamp() for feed, each in states if each.succeeded}

    @property
    def digest(self) -> str:
        """The digest of what the watch knows now, for the cache of the pages that show it."""
        now = time.monotonic()
        if now - self._looked < self.INTERVAL:
            return self._watched.digest
        self._looked = now
        return self.read().digest


def _version(path: Path) -> tuple[int, ...]:
    try:
        state = path.stat()
    except OSError:
        return ()
    return (state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino)


class Busy(OSError):
    """Another watch is at work in the same folder."""


class Store:
    """The folder as the command writes it; only one process at a time does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    @contextmanager
    def opened(cls, folder: Path) -> Iterator["Store"]:
        """The folder, made where it is missing, for this process alone; raise ``Busy`` where another has it."""
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy(f"another watch is at work in {folder}; let it finish") from None
            yield cls(folder)

    def mentions(self) -> tuple[Mention, ...]:
        """All mentions on file, however many."""
        try:
            return parse_mentions((self.folder / FILE).read_bytes())
        except FileNotFoundError:
            return ()

    def append(self, mentions: Iterable[Mention]) -> None:
        """Add mentions and make them last; nothing that stands in the file is ever touched."""
        lines = b"".join(each.model_dump_json().encode() + b"\n" for each in mentions)
        if not lines:
            return
        with (self.folder / FILE).open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                # A line that a kill cut short would swallow the next one.
                lines = lines if file.read(1) == b"\n" else b"\n" + lines
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())

    def checks(self) -> dict[str, Check]:
        try:
            return dict(parse_checks((self.folder / CHECKS).read_bytes()))
        except FileNotFoundError:
            return {}

    def keep_checks(self, checks: Mapping[str, Check]) -> None:
        self._replace(CHECKS, {key: value.model_dump(mode="json") for key, value in sorted(checks.items())})

    def keep_feeds(self, feeds: Mapping[str, FeedState]) -> None:
        self._replace(FEEDS, {key: asdict(value) for key, value in sorted(feeds.items())})

    def _replace(self, name: str, body: Any) -> None:
        """Replace a file as a whole: a reader sees the old one or the new one."""
        handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=self.folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(body, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(self.folder / name)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
