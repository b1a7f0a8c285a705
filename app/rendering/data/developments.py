"""Developments as data."""

from typing import Annotated

from typing_extensions import TypedDict

from app.queries.developments import DevelopmentEntry
from app.rendering.addresses import Addresses
from app.rendering.data.shapes import Address, Incomplete, one_of
from app.vocabulary import DevelopmentKind


class SetData(TypedDict):
    """The status that a development gives an issue or a scenario."""

    kind: Annotated[str, one_of(("issue", "scenario"))]
    id: str
    status: str


class DevelopmentData(TypedDict):
    """A dated event, with the claims it rests on."""

    id: str
    url: Address
    date: Incomplete
    kind: Annotated[str, one_of(DevelopmentKind)]
    title: str
    issues: list[str]
    parties: list[str]
    claims: list[str]
    sets: list[SetData]


def development_data(entry: DevelopmentEntry, to: Addresses) -> DevelopmentData:
    return {
        "id": entry.id,
        "url": to.development(entry.id),
        "date": entry.date,
        "kind": entry.kind,
        "title": entry.title,
        "issues": list(entry.issues),
        "parties": list(entry.parties),
        "claims": list(entry.claims),
        "sets": [{"kind": each.kind, "id": each.id, "status": each.status} for each in entry.sets],
    }
