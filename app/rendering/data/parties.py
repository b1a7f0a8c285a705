"""Parties as data."""

from typing import Annotated

from typing_extensions import TypedDict

from app.queries.parties import PartyDetail, PartyLine
from app.rendering.addresses import Addresses
from app.rendering.data.issues import PositionWord
from app.rendering.data.shapes import Address, Incomplete, one_of
from app.vocabulary import PartyKind


class PartyData(TypedDict):
    """Who acts or asks."""

    id: str
    url: Address
    name: str
    kind: Annotated[str, one_of(PartyKind)]
    role: str


class PartyPositionData(TypedDict):
    """What a party is said to want on an issue, and the claim that says so."""

    issue: str
    kind: PositionWord
    text: str
    since: Incomplete
    until: Incomplete | None
    claim: str


class PartyWithPositions(PartyData):
    """A party with its positions."""

    positions: list[PartyPositionData]


class PartyDetailData(PartyWithPositions):
    """A party with its positions and the claims about it."""

    claims: list[str]


def party_data(party: PartyLine, to: Addresses) -> PartyData:
    return {"id": party.id, "url": to.party(party.id), "name": party.name, "kind": party.kind, "role": party.role}


def party_detail_data(detail: PartyDetail, to: Addresses) -> PartyWithPositions:
    return {
        **party_data(detail.party, to),
        "positions": [
            {
                "issue": each.issue,
                "kind": each.kind,
                "text": each.text,
                "since": each.since,
                "until": each.until,
                "claim": each.claim.id,
            }
            for each in detail.positions
        ],
    }
