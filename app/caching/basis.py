"""What an answer rests on, said by whoever makes it, so that the cache knows for how long it holds."""

from collections.abc import MutableMapping
from datetime import date
from typing import Any

from msgspec import Struct

KEY = "faultlines.basis"
"""Where in an ASGI scope the statement of an answer stands, if anybody wants to know it."""


class Basis(Struct, frozen=True):
    """All that a page depends on besides its address; ``watched`` is a digest of what the watch found."""

    release: str
    day: date
    watched: str = ""


class Statement(Struct):
    """What an answer was made from, or the ``program`` alone; where neither is said it is not kept."""

    basis: Basis | None = None
    program: bool = False


def rest_on(scope: MutableMapping[str, Any], basis: Basis) -> None:
    """Say that the answer depends on nothing but its address and this basis, and may be kept as long as it holds.

    It may then be given to any reader: nothing of the request may enter it but what its key holds, which is the
    address, the prefix and the fragment asked for.
    """
    statement: Statement | None = scope.get(KEY)
    if statement is not None:
        statement.basis = basis


def rest_on_the_program(scope: MutableMapping[str, Any]) -> None:
    """Say that the answer depends on nothing but its address and the program."""
    statement: Statement | None = scope.get(KEY)
    if statement is not None:
        statement.program = True
