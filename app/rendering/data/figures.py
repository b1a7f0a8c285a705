"""Figures as data."""

from typing import Annotated

from typing_extensions import TypedDict

from app.comparison import ConflictKind
from app.queries.figures import FigureCard
from app.rendering.addresses import Addresses
from app.rendering.data.claims import RankWord, Status
from app.rendering.data.shapes import Address, Amount, Incomplete, Wording, number, one_of
from app.vocabulary import Bound, Unit

UnitWord = Annotated[str, one_of(Unit)]
BoundWord = Annotated[str, one_of(Bound)]
ConflictWord = Annotated[str, one_of(ConflictKind)]


class ReadingData(TypedDict):
    """One source's value for a figure, as a decimal in its unit; ``literal`` is how the source writes it."""

    id: str
    value: Amount
    upper: Amount | None
    unit: UnitWord
    currency: str | None
    bound: BoundWord
    measure: str
    condition: str
    as_of: Incomplete
    literal: Wording | None
    source: str
    locator: str
    claim: str
    claim_status: Status
    claim_rank: RankWord


class ConflictData(TypedDict):
    """Two readings that disagree, and how; ``ratio`` is the larger over the smaller, where that says something."""

    kind: ConflictWord
    ratio: int | float | None
    readings: list[str]


class FigureData(TypedDict):
    """A measured quantity with all its readings side by side."""

    id: str
    url: Address
    name: str
    description: str
    issues: list[str]
    parties: list[str]
    readings: list[ReadingData]
    conflicts: list[ConflictData]


def figure_data(card: FigureCard, to: Addresses) -> FigureData:
    return {
        "id": card.id,
        "url": to.figure(card.id),
        "name": card.name,
        "description": card.description,
        "issues": list(card.issues),
        "parties": list(card.parties),
        "readings": [
            {
                "id": each.id,
                "value": f"{each.value:f}",
                "upper": None if each.upper is None else f"{each.upper:f}",
                "unit": card.unit,
                "currency": card.currency,
                "bound": each.bound,
                "measure": each.measure,
                "condition": each.condition,
                "as_of": each.as_of,
                "literal": {"text": each.literal, "language": each.literal_language} if each.literal else None,
                "source": each.source,
                "locator": each.locator,
                "claim": each.claim,
                "claim_status": each.claim_status,
                "claim_rank": each.claim_rank,
            }
            for each in card.readings
        ],
        "conflicts": [
            {"kind": each.kind, "ratio": number(each.ratio), "readings": [reading.id for reading in each.readings]}
            for each in card.conflicts
        ],
    }
