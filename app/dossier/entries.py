"""An entry of the dossier together with the place it was read from."""

from msgspec import Struct

from app.dossier.faults import Fault
from app.dossier.reading import Document, Route
from app.dossier.schema import Entry


class Placed(Struct, frozen=True):
    """An entry and where it stands, so that a later check can say so."""

    entry: Entry
    kind: str
    file: str
    document: Document
    index: int

    def fault(self, path: Route, problem: str) -> Fault:
        return Fault(self.file, self.document.line((self.index, *path)), field_name(path), problem)


def field_name(path: Route) -> str:
    """A path as an analyst would write it: ``evidence[2].locator`` counts from one."""
    name = ""
    for part in path:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if name else part
    return name
