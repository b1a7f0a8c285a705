"""How a server process deals with the memory it no longer needs."""

import ctypes
from contextlib import suppress

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""The parameters of ``mallopt`` in the C library of GNU/Linux; others have no such function, or do without it."""


def give_memory_back() -> None:
    """Have blocks from a megabyte on returned to the system as soon as they are free, and share what smaller ones use.

    Opening a release takes a few big blocks for a moment, and each thread would keep a store of small ones.
    """
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, 1_000_000)
        library.mallopt(_ARENA_MAX, 1)
