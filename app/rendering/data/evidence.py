"""The evidence against the scenarios as data."""

from typing import Annotated

from typing_extensions import TypedDict

from app.filters import Filter
from app.models import FOREVER
from app.queries.scenario_evidence import EvidenceTable, RatedLine
from app.rendering.addresses import Addresses
from app.rendering.data.claims import Status, Voice
from app.rendering.data.shapes import Address, Day, ExactFraction, FilterData, filter_data, one_of
from app.scenarios.competing_hypotheses import CREDIBILITY_POINTS, MOST_POINTS, RELIABILITY_POINTS, Ranking
from app.vocabulary import Consistency, Credibility, Reliability


class ScaleData(TypedDict):
    """The points of each grade; a weight is their product over ``over``."""

    reliability: dict[str, int]
    credibility: dict[str, int]
    over: int


class RankedScenario(TypedDict):
    """A scenario's rank: by how little weighs ``against`` it."""

    scenario: str
    url: Address
    rank: int
    score: ExactFraction
    against: int


class RatingData(TypedDict):
    """How a claim bears on a scenario, and why."""

    scenario: str
    value: Annotated[str, one_of(Consistency)]
    reason: str


class CountedData(TypedDict):
    """A time for which a claim counted with one weight."""

    since: Day
    until: Day | None
    weight: ExactFraction


class RatedClaimData(TypedDict):
    """A rated claim, and whether it counts on the day of the view."""

    id: str
    url: Address
    text: str
    status: Status
    attribution: Voice
    reliability: Annotated[str, one_of(Reliability)]
    credibility: Annotated[str, one_of(Credibility)]
    weight: ExactFraction
    discriminates: bool
    counts: bool
    without: list[str]
    ratings: list[RatingData]
    counted: list[CountedData]


class LinchpinData(TypedDict):
    """A claim without which the ranking would be this."""

    claim: str
    ranking: list[RankedScenario]


class RankingStep(TypedDict):
    """The ranking since a day, from so many claims."""

    day: Day
    claims: int
    ranking: list[RankedScenario]


class ScenarioEvidenceData(TypedDict):
    """Everything that the page shows, with all that is needed to work out each number again."""

    filter: FilterData
    without: list[str]
    scale: ScaleData
    ranking: list[RankedScenario]
    claims: list[RatedClaimData]
    linchpins: list[LinchpinData]
    history: list[RankingStep]


def evidence_data(table: EvidenceTable, chosen: Filter, to: Addresses) -> ScenarioEvidenceData:
    """Everything that the page shows, with all that is needed to work out each number again."""
    return {
        "filter": filter_data(chosen),
        "without": list(chosen.values("without")),
        "scale": {
            "reliability": {str(grade): points for grade, points in RELIABILITY_POINTS.items()},
            "credibility": {str(grade): points for grade, points in CREDIBILITY_POINTS.items()},
            "over": MOST_POINTS,
        },
        "ranking": evidence_ranking_data(table.ranking, to),
        "claims": [rated_data(line, to) for line in table.lines],
        "linchpins": [{"claim": pin.key, "ranking": evidence_ranking_data(pin.ranking, to)} for pin in table.linchpins],
        "history": [
            {"day": step.day.isoformat(), "claims": step.items, "ranking": evidence_ranking_data(step.ranking, to)}
            for step in table.history
        ],
    }


def evidence_ranking_data(ranking: Ranking, to: Addresses) -> list[RankedScenario]:
    return [
        {
            "scenario": each.hypothesis,
            "url": to.scenario(each.hypothesis),
            "rank": each.rank,
            "score": str(each.score),
            "against": each.against,
        }
        for each in ranking
    ]


def rated_data(line: RatedLine, to: Addresses) -> RatedClaimData:
    return {
        "id": line.claim.id,
        "url": to.claim(line.claim.id),
        "text": line.claim.text,
        "status": line.claim.status,
        "attribution": line.attribution,
        "reliability": line.grade.reliability,
        "credibility": line.grade.credibility,
        "weight": str(line.grade.weight),
        "discriminates": line.discriminates,
        "counts": line.counts,
        "without": list(line.without),
        "ratings": [{"scenario": cell.scenario, "value": cell.value, "reason": cell.reason} for cell in line.cells],
        "counted": [
            {
                "since": spell.since.isoformat(),
                "until": None if spell.until == FOREVER else spell.until.isoformat(),
                "weight": str(spell.item.weight),
            }
            for spell in line.spells
        ],
    }
