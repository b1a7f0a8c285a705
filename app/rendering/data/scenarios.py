"""Scenarios, impact areas and impacts as data, and what a reader's weights make of them."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from typing_extensions import TypedDict

from app.queries.scenarios import AreaLine, ImpactCell, LikelihoodLine, ScenarioCard
from app.rendering.addresses import Addresses
from app.rendering.data.shapes import Address, ExactFraction, Incomplete, Span, one_of
from app.scenarios import weights
from app.scenarios.weights import Ranking, Weighted
from app.vocabulary import Direction, Firmness, Horizon, LikelihoodWord, ScenarioStatus, Strength

ScenarioStatusWord = Annotated[str, one_of(ScenarioStatus)]


class BandData(TypedDict):
    """The chances that a word stands for, in per cent."""

    low: int
    high: int


class LikelihoodData(TypedDict):
    """An estimate; ``band`` follows from the word."""

    word: Annotated[str, one_of(LikelihoodWord)]
    band: BandData
    author: str
    date: Incomplete
    basis: str


class ImpactData(TypedDict):
    """What a scenario would do to an impact area."""

    id: str
    url: Address
    scenario: str
    area: str
    direction: Annotated[str, one_of(Direction)]
    strength: Annotated[str, one_of(Strength)]
    horizon: Annotated[str, one_of(Horizon)]
    firmness: Annotated[str, one_of(Firmness)]
    bearer: str | None
    reasoning: str | None
    likelihood: LikelihoodData | None
    claims: list[str]


class ScenarioStepData(TypedDict):
    """A status of a scenario, since when, and the development that brought it."""

    status: ScenarioStatusWord
    since: Incomplete
    development: str


class SignpostData(TypedDict):
    """An observable that would show the scenario coming; ``seen`` is the claim that it was."""

    id: str
    text: str
    seen: str | None
    seen_on: Incomplete | None


class ScenarioData(TypedDict):
    """One way in which it may go on."""

    id: str
    url: Address
    name: str
    definition: str
    condition: str
    start: Incomplete
    horizon: Incomplete
    status: ScenarioStatusWord | None
    history: list[ScenarioStepData]
    signposts: list[SignpostData]


class AreaData(TypedDict):
    """An area in which consequences may follow."""

    id: str
    url: Address
    name: str
    question: str


class PanelData(TypedDict):
    """The scenarios and areas shown, and every impact where they meet."""

    scenarios: list[ScenarioData]
    areas: list[AreaData]
    impacts: list[ImpactData]


class StrengthData(Span):
    """How strong an impact is, as an interval."""

    scenario: str
    area: str


class AreaSpan(Span):
    """The weighted impact on an area."""

    area: str


class ScenarioSpan(Span):
    """What a scenario adds to the whole."""

    scenario: str


class OrderData(TypedDict):
    """Areas and scenarios, the most affected first."""

    areas: list[str]
    scenarios: list[str]


class FlipData(TypedDict):
    """The change of one weight that makes two neighbours level."""

    scenario: str
    given: ExactFraction
    level: ExactFraction
    change: ExactFraction


class NeighboursData(TypedDict):
    """Two neighbours of an order, and every single change of a weight that makes them level, the smallest first."""

    ahead: str
    behind: str
    tied: bool
    certain: bool
    changes: list[FlipData]


class FlipsData(TypedDict):
    """What would turn the orders."""

    areas: list[NeighboursData]
    scenarios: list[NeighboursData]


class WeightedData(TypedDict):
    """What the reader's weights make of the impacts, every number exact; ``weights`` add up to 1."""

    weights: dict[str, ExactFraction]
    strengths: list[StrengthData]
    weighted: list[AreaSpan]
    contributions: list[ScenarioSpan]
    order: OrderData
    flips: FlipsData


def impact_data(cell: ImpactCell, to: Addresses) -> ImpactData:
    return {
        "id": cell.id,
        "url": to.cell(cell.id),
        "scenario": cell.scenario,
        "area": cell.area,
        "direction": cell.direction,
        "strength": cell.strength,
        "horizon": cell.horizon,
        "firmness": cell.firmness,
        "bearer": cell.bearer,
        "reasoning": cell.reasoning,
        "likelihood": likelihood_data(cell.likelihood) if cell.likelihood else None,
        "claims": [claim.id for claim in cell.claims],
    }


def likelihood_data(line: LikelihoodLine) -> LikelihoodData:
    """An estimate; ``band`` is in per cent, and follows from the word."""
    return {
        "word": line.word,
        "band": {"low": line.band.low, "high": line.band.high},
        "author": line.author,
        "date": line.date,
        "basis": line.basis,
    }


def scenario_data(card: ScenarioCard, to: Addresses) -> ScenarioData:
    return {
        "id": card.id,
        "url": to.scenario(card.id),
        "name": card.name,
        "definition": card.definition,
        "condition": card.condition,
        "start": card.start,
        "horizon": card.horizon,
        "status": card.status,
        "history": [
            {"status": step.status, "since": step.since, "development": step.development} for step in card.history
        ],
        "signposts": [
            {
                "id": line.id,
                "text": line.text,
                "seen": line.seen.id if line.seen else None,
                "seen_on": line.seen_on,
            }
            for line in card.signposts
        ],
    }


def area_data(area: AreaLine, to: Addresses) -> AreaData:
    return {"id": area.id, "url": to.area(area.id), "name": area.name, "question": area.question}


def interval_data(span: weights.Interval) -> Span:
    return {"low": str(span.low), "high": str(span.high)}


def ranking_data(ranking: Ranking[str]) -> list[NeighboursData]:
    """Each pair of neighbours, and every single change of a weight that makes them level, the smallest first."""
    return [
        {
            "ahead": step.ahead,
            "behind": step.behind,
            "tied": step.tied,
            "certain": step.certain,
            "changes": [
                {
                    "scenario": flip.scenario,
                    "given": str(flip.given),
                    "level": str(flip.level),
                    "change": str(flip.change),
                }
                for flip in step.flips
            ],
        }
        for step in ranking.steps
    ]


def weighted_data(weighted: Weighted[str], strengths: Mapping[tuple[str, str], weights.Interval]) -> WeightedData:
    """What the reader's weights make of the impacts, every number an exact fraction written as text ("3/2").

    ``strengths`` are those of all scenarios, shown or not: all are weighed.
    """
    return {
        "weights": {scenario: str(share) for scenario, share in weighted.weights.items()},
        "strengths": [
            {"scenario": scenario, "area": area, **interval_data(span)}
            for (scenario, area), span in strengths.items()
            if area in weighted.areas
        ],
        "weighted": [{"area": area, **interval_data(span)} for area, span in weighted.areas.items()],
        "contributions": [
            {"scenario": scenario, **interval_data(span)} for scenario, span in weighted.contributions.items()
        ],
        "order": {"areas": list(weighted.area_ranking.order), "scenarios": list(weighted.scenario_ranking.order)},
        "flips": {
            "areas": ranking_data(weighted.area_ranking),
            "scenarios": ranking_data(weighted.scenario_ranking),
        },
    }


def panel_data(scenarios: Sequence[ScenarioCard], areas: Sequence[AreaLine], to: Addresses) -> PanelData:
    """The scenarios and areas shown, and every impact where they meet."""
    shown = {area.id for area in areas}
    return {
        "scenarios": [scenario_data(each, to) for each in scenarios],
        "areas": [area_data(each, to) for each in areas],
        "impacts": [impact_data(cell, to) for each in scenarios for cell in each.impacts if cell.area in shown],
    }
