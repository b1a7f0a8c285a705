"""Content codings: which one a reader accepts, and how bytes are put into it. Pure functions.

RFC 9110, section 12.5.3, says how ``Accept-Encoding`` is read.
"""

import gzip
import zlib
from functools import lru_cache
from typing import Protocol

import brotli
import zstandard

IDENTITY = "identity"
QUICK = ("zstd", "gzip", "br", IDENTITY)
"""What is offered of an answer compressed while its reader waits, the best for its bytes and its time first."""
BEST = ("br", "zstd", "gzip", IDENTITY)
"""What is offered of an answer compressed at leisure, the smallest first."""

WORTHWHILE = 500
"""Bytes below which an answer is sent as it is: it fills one packet either way."""
_LONGEST = 400
"""Characters beyond which ``Accept-Encoding`` is no browser's, and is not read."""
_TEXTS = ("text/", "application/json", "application/javascript", "application/xml", "image/svg+xml")
_SUFFIXES = ("+json", "+xml")


def choose(accepted: bytes, offered: tuple[str, ...]) -> str:
    """The coding for a reader who sent this ``Accept-Encoding``: the heaviest, and of equals the first offered.

    Without the header (empty bytes), or where nothing offered is acceptable, the bytes go as they are: a refusal (406),
    which the standard allows, would help nobody.
    """
    return _choose(accepted.decode("latin-1"), offered) if 0 < len(accepted) <= _LONGEST else IDENTITY


@lru_cache(maxsize=256)
def _choose(accepted: str, offered: tuple[str, ...]) -> str:
    weights: dict[str, float] = {}
    for member in accepted.lower().split(","):
        name, _, parameters = member.partition(";")
        given = parameters.strip().removeprefix("q=") if parameters else "1"
        try:
            weight = float(given)
        except ValueError:
            continue
        if 0 <= weight <= 1:
            weights[name.strip().removeprefix("x-")] = weight
    others = weights.get("*", 0.0)
    # What is not named is not wanted, but for the bytes as they are, which anybody can read.
    found = max(offered, key=lambda coding: weights.get(coding, others))
    return found if weights.get(found, others) > 0 else IDENTITY


def compressible(media_type: str) -> bool:
    """Whether the bytes of a type shrink: texts do, fonts and archives are compressed already."""
    kind = media_type.partition(";")[0].strip().lower()
    return kind != "text/event-stream" and (kind.startswith(_TEXTS) or kind.endswith(_SUFFIXES))


def compress(body: bytes, coding: str, *, at_leisure: bool = False) -> bytes:
    """The bytes in a coding: within a millisecond, or at leisure.

    A page of 97 kB takes brotli 50 ms at quality 10 and 175 ms at 11, which saves 2.5 % more: not worth it for pages
    that the next release replaces.
    """
    match coding:
        case "zstd":
            found = zstandard.ZstdCompressor(level=12 if at_leisure else 3).compress(body)
            # A copy: what the library returns keeps the room that the bytes would have taken uncompressed.
            return bytes(memoryview(found))
        case "gzip":
            # No time in it: the same bytes give the same bytes.
            return gzip.compress(body, compresslevel=9 if at_leisure else 1, mtime=0)
        case "br":
            return bytes(brotli.compress(body, quality=10 if at_leisure else 1))
        case _:
            return body


def decompress(body: bytes, coding: str) -> bytes:
    """The bytes as they were before :func:`compress`."""
    match coding:
        case "zstd":
            return zstandard.ZstdDecompressor().decompress(body)
        case "gzip":
            return gzip.decompress(body)
        case "br":
            return bytes(brotli.decompress(body))
        case _:
            return body


class Stream(Protocol):
    """Compresses bytes that come in pieces."""

    def compress(self, piece: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


class _Brotli:
    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=1)

    def compress(self, piece: bytes, /) -> bytes:
        return bytes(self._compressor.process(piece))

    def flush(self) -> bytes:
        return bytes(self._compressor.finish())


def stream(coding: str) -> Stream:
    """A compressor for an answer that is sent while it is made."""
    match coding:
        case "zstd":
            return zstandard.ZstdCompressor(level=3).compressobj()
        case "gzip":
            return zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        case _:
            return _Brotli()
