"""The overview as data: where each thing stands, and the entries that the page names."""

from typing_extensions import TypedDict

from app.rendering.data.developments import DevelopmentData
from app.rendering.data.figures import FigureData
from app.rendering.data.issues import ExpectationData, StandingData
from app.rendering.data.scenarios import AreaData, ImpactData, ScenarioData
from app.rendering.data.shapes import Address, Day, Incomplete


class DisputeStandingData(TypedDict):
    """Where the whole dispute stands, in a sentence, since when, and the development that brought it there."""

    sentence: str
    since: Incomplete
    development: str


class DisputeData(TypedDict):
    """Where the whole dispute stands; ``claims``, all by ``status``, of which ``current`` have not been overtaken."""

    id: str
    url: Address
    name: str
    standing: DisputeStandingData | None
    newest_evidence: Day | None
    claims: int
    current: int
    sources: int
    status: dict[str, int]


class IssueLineData(TypedDict):
    """An issue in a line."""

    id: str
    url: Address
    name: str
    standing: StandingData | None
    claims: int
    current: int


class OverviewData(TypedDict):
    item: DisputeData
    issues: list[IssueLineData]
    latest: list[DevelopmentData]
    figures: list[FigureData]
    scenarios: list[ScenarioData]
    areas: list[AreaData]
    impacts: list[ImpactData]
    expectations: list[ExpectationData]
