"""What is wrong with a dossier, said so that the reader can mend it."""

from collections.abc import Sequence

from msgspec import Struct


class Fault(Struct, frozen=True, order=True):
    """One thing to mend: where it is, and what is wrong and what is expected, in one sentence."""

    file: str
    line: int
    field: str
    problem: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: "
        return where + (f"{self.field}: {self.problem}" if self.field else self.problem)


class FaultyDossier(Exception):
    """The dossier has faults; ``faults`` holds all of them, in the order of files and lines."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(sorted(set(faults)))
