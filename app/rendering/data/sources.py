"""Sources as data."""

from typing import Annotated

from typing_extensions import TypedDict

from app.queries.sources import SourceCard, SourceDetail
from app.rendering.addresses import Addresses
from app.rendering.data.shapes import Address, Incomplete, one_of
from app.vocabulary import Access, Reliability, SourceKind


class SourceData(TypedDict):
    """A document on file, graded for reliability; ``relays`` is the source that it passes on."""

    id: str
    url: Address
    title: str
    publisher: str
    kind: Annotated[str, one_of(SourceKind)]
    language: str
    published: Incomplete
    published_basis: str | None
    access: Annotated[str, one_of(Access)]
    address: str | None
    reliability: Annotated[str, one_of(Reliability)]
    basis: str
    note: str | None
    relays: str | None
    claims: int


class LocatorData(TypedDict):
    """A passage of a source: what it says in the editors' words, and the claims on it."""

    id: str
    gist: str
    claims: list[str]


class SourceDetailData(SourceData):
    """A source with its passages and its place in a chain of relays."""

    chain: list[str]
    relayed_by: list[str]
    locators: list[LocatorData]
    cited_as_a_whole_by: list[str]


def source_data(card: SourceCard, to: Addresses) -> SourceData:
    return {
        "id": card.id,
        "url": to.source(card.id),
        "title": card.title,
        "publisher": card.publisher,
        "kind": card.kind,
        "language": card.language,
        "published": card.published,
        "published_basis": card.published_basis,
        "access": card.access,
        "address": card.url,
        "reliability": card.reliability,
        "basis": card.basis,
        "note": card.note,
        "relays": card.relays,
        "claims": card.claims,
    }


def source_detail_data(detail: SourceDetail, to: Addresses) -> SourceDetailData:
    return {
        **source_data(detail.card, to),
        "chain": [step.id for step in detail.chain],
        "relayed_by": [step.id for step in detail.relayed_by],
        "locators": [
            {"id": each.id, "gist": each.gist, "claims": [claim.id for claim in each.claims]}
            for each in detail.passages
        ],
        "cited_as_a_whole_by": [claim.id for claim in detail.claims],
    }
