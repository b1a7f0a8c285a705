"""Claims as data."""

from collections.abc import Sequence
from typing import Annotated, NotRequired

from typing_extensions import TypedDict

from app.queries.claims import ClaimCard, ClaimDetail
from app.queries.ladder import SOURCE, Rung
from app.rendering.addresses import Addresses
from app.rendering.data.shapes import Address, Incomplete, Wording, one_of
from app.rendering.terms import TermNote
from app.vocabulary import (
    Access,
    Attribution,
    ClaimKind,
    ClaimRelation,
    ClaimStatus,
    Credibility,
    Flag,
    Rank,
    Reliability,
    Stance,
)

Status = Annotated[str, one_of(ClaimStatus)]
RankWord = Annotated[str, one_of(Rank)]
Voice = Annotated[str, one_of(Attribution)]


class RungData(TypedDict):
    """A step of an attribution ladder: a document, or who stands behind the last one."""

    source: NotRequired[str]
    publisher: NotRequired[str]
    attribution: NotRequired[Voice]
    speakers: NotRequired[list[str]]


class EvidenceData(TypedDict):
    """A passage of a source that bears on a claim, with its Admiralty grades; ``chain`` leads to whoever said it."""

    source: str
    publisher: str
    published: Incomplete
    locator: str
    stance: Annotated[str, one_of(Stance)]
    reliability: Annotated[str, one_of(Reliability)]
    credibility: Annotated[str, one_of(Credibility)]
    access: Annotated[str, one_of(Access)]
    address: str | None
    wording: Wording | None
    chain: list[RungData]


class RelationData(TypedDict):
    """How a claim bears on another; ``inverse`` where the other one says it of this."""

    kind: Annotated[str, one_of(ClaimRelation)]
    inverse: bool
    claim: str


class ClaimData(TypedDict):
    """A checkable assertion: who says it, how it stands on the day of the view, and its evidence."""

    id: str
    url: Address
    text: str
    kind: Annotated[str, one_of(ClaimKind)]
    status: Status
    rank: RankWord
    attribution: Voice
    speakers: list[str]
    flags: list[Annotated[str, one_of(Flag)]]
    happened: Incomplete | None
    reported: Incomplete
    issues: list[str]
    parties: list[str]
    evidence: list[EvidenceData]
    relations: list[RelationData]


class StatusStep(TypedDict):
    """A status with the day since which it held; ``by`` is the claim that brought it."""

    status: Status
    since: Incomplete
    by: str | None
    reason: str | None


class RankStep(TypedDict):
    """A rank with the day since which it held; ``by`` is the claim that brought it."""

    rank: RankWord
    since: Incomplete
    by: str | None
    reason: str | None


class TermNoteData(TypedDict):
    """A glossary entry that the claim's words call for."""

    id: str
    url: Address


class UseData(TypedDict):
    """What rests on the claim."""

    kind: Annotated[str, one_of(("development", "figure", "position", "impact", "term", "consistency"))]
    id: str
    url: Address


class ClaimDetailData(ClaimData):
    """A claim with its histories and what rests on it."""

    history: list[StatusStep]
    ranks: list[RankStep]
    drivers: list[str]
    impacts: list[str]
    terms: list[TermNoteData]
    uses: list[UseData]


def claim_data(card: ClaimCard, to: Addresses) -> ClaimData:
    return {
        "id": card.id,
        "url": to.claim(card.id),
        "text": card.text,
        "kind": card.kind,
        "status": card.status,
        "rank": card.rank,
        "attribution": card.attribution,
        "speakers": list(card.speakers),
        "flags": list(card.flags),
        "happened": card.happened,
        "reported": card.reported,
        "issues": list(card.issues),
        "parties": list(card.parties),
        "evidence": [
            {
                "source": line.source,
                "publisher": line.publisher,
                "published": line.published,
                "locator": line.locator,
                "stance": line.stance,
                "reliability": line.reliability,
                "credibility": line.credibility,
                "access": line.access,
                "address": line.url,
                "wording": {"text": line.wording, "language": line.wording_language} if line.wording else None,
                "chain": [rung_data(rung) for rung in line.chain],
            }
            for line in card.evidence
        ],
        "relations": [{"kind": each.kind, "inverse": each.inverse, "claim": each.id} for each in card.related],
    }


def rung_data(rung: Rung) -> RungData:
    """A step of an attribution ladder: a document, or who stands behind the last one."""
    if rung.kind == SOURCE:
        return {"source": rung.id, "publisher": rung.name}
    return {"attribution": rung.id, "speakers": list(rung.speakers)}


def claim_detail_data(detail: ClaimDetail, terms: Sequence[TermNote], to: Addresses) -> ClaimDetailData:
    return {
        **claim_data(detail.card, to),
        "history": [
            {"status": step.status, "since": step.since, "by": step.by.id if step.by else None, "reason": step.reason}
            for step in detail.history
        ],
        "ranks": [
            {"rank": step.rank, "since": step.since, "by": step.by.id if step.by else None, "reason": step.reason}
            for step in detail.ranks
        ],
        "drivers": list(detail.card.drivers),
        "impacts": list(detail.card.impacts),
        "terms": [{"id": term.id, "url": term.address} for term in terms],
        "uses": [{"kind": use.kind, "id": use.id, "url": to.use(use.kind, use.id)} for use in detail.uses],
    }
