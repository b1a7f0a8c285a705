"""What an answer rests on, said by whoever makes it, so that the cache knows for how long it holds."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import date
from typing import Any

KEY = "faultlines.basis"
"""Where in an ASGI scope the basis of its answer stands, if anybody wants to know it."""


@dataclass
class Basis:
    """The current release and the day that an answer was made from, or the ``program`` alone; else it is not kept."""

    release: str | None = None
    day: date | None = None
    program: bool = False


def rest_on(scope: MutableMapping[str, Any], release: str, day: date) -> None:
    """Say that the answer depends on nothing but its address, the current release and the day, and may be kept.

    It may then be given to any reader: nothing of the request may enter it but what its key holds, which is the
    address, the prefix and the fragment asked for.
    """
    basis: Basis | None = scope.get(KEY)
    if basis is not None:
        basis.release, basis.day = release, day


def rest_on_the_program(scope: MutableMapping[str, Any]) -> None:
    """Say that the answer depends on nothing but its address and the program."""
    basis: Basis | None = scope.get(KEY)
    if basis is not None:
        basis.program = True
