"""The cross-impact balances as data."""

from collections.abc import Sequence
from typing import Annotated

from typing_extensions import TypedDict

from app.queries.cross_impact import CrossImpact, InfluenceLine
from app.rendering.addresses import Addresses
from app.rendering.data.shapes import Address, one_of
from app.scenarios.cross_impact import Combination, Outcome
from app.vocabulary import Basis


class OutcomeData(TypedDict):
    """An outcome of a descriptor."""

    descriptor: str
    outcome: str


class InfluenceData(TypedDict):
    """A judgement of how one outcome bears on another, from -3 to 3."""

    id: str
    url: Address
    cause: OutcomeData
    effect: OutcomeData
    value: int
    reason: str
    basis: Annotated[str, one_of(Basis)] | None
    claims: list[str]


class ScoredOutcome(OutcomeData):
    """An outcome with the judgement it brings."""

    value: int


class BalanceData(OutcomeData):
    """How the other outcomes bear on those of a descriptor; ``margin`` is by how much the chosen one leads."""

    sums: dict[str, int]
    margin: int
    held_by: list[ScoredOutcome]
    opposed_by: list[ScoredOutcome]


class CombinationData(TypedDict):
    """One outcome of each descriptor, none of which the others push away."""

    id: str
    url: Address
    sentence: str
    consistency: int
    total: int
    balances: list[BalanceData]


class NamedOutcome(TypedDict):
    id: str
    name: str


class DescriptorData(TypedDict):
    """A question about an impact area with its possible outcomes."""

    id: str
    area: str
    outcomes: list[NamedOutcome]


class CrossImpactData(TypedDict):
    """The matrix whole, so that the combinations can be found again from it; the consistent ones are the items."""

    descriptors: list[DescriptorData]
    influences: list[InfluenceData]
    influences_left_out: int
    combinations_checked: int
    count: int
    items: list[CombinationData]
    next: None


def outcome_data(key: Outcome) -> OutcomeData:
    return {"descriptor": key[0], "outcome": key[1]}


def influence_data(line: InfluenceLine, to: Addresses) -> InfluenceData:
    return {
        "id": line.id,
        "url": to.page("/scenarios/cross-impact", anchor=f"influence-{line.id}"),
        "cause": outcome_data(line.cause),
        "effect": outcome_data(line.effect),
        "value": line.value,
        "reason": line.reason,
        "basis": line.basis,
        "claims": [claim.id for claim in line.claims],
    }


def combination_id(found: Combination) -> str:
    """The outcomes in the order of the descriptors: ``spread-quiet-commits-parallel``."""
    return "-".join(outcome for _, outcome in found.chosen)


def combination_data(found: Combination, sentence: str, to: Addresses) -> CombinationData:
    identifier = combination_id(found)
    return {
        "id": identifier,
        "url": to.page("/scenarios/cross-impact", anchor=f"combination-{identifier}"),
        "sentence": sentence,
        "consistency": found.consistency,
        "total": found.total,
        "balances": [
            {
                **outcome_data(each.chosen),
                "sums": {key[1]: score for key, score in each.sums},
                "margin": each.margin,
                "held_by": [{**outcome_data(key), "value": value} for key, value in each.held_by],
                "opposed_by": [{**outcome_data(key), "value": value} for key, value in each.opposed_by],
            }
            for each in found.balances
        ],
    }


def cross_impact_data(
    judged: CrossImpact, checked: int, consistent: Sequence[tuple[Combination, str]], to: Addresses
) -> CrossImpactData:
    """The matrix whole, so that the combinations can be found again from it; the consistent ones are the items."""
    return {
        "descriptors": [
            {
                "id": each.id,
                "area": each.area,
                "outcomes": [{"id": outcome.key[1], "name": outcome.name} for outcome in each.outcomes],
            }
            for each in judged.descriptors
        ],
        "influences": [influence_data(each, to) for each in judged.influences],
        "influences_left_out": judged.left_out,
        "combinations_checked": checked,
        "count": len(consistent),
        "items": [combination_data(each, sentence, to) for each, sentence in consistent],
        "next": None,
    }
