"""What each address answers as JSON: one shape for each path that ends in ``.json``, and the shape of a refusal.

``DOCUMENTS`` is keyed by the path of the page, as the route has it. A test holds every real answer against its shape,
and finds an address that has none.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, TypeAdapter
from typing_extensions import TypedDict

from app.filters import Fault
from app.rendering.changes import ChangeData
from app.rendering.charts.frame import ChartData
from app.rendering.data.claims import ClaimData, ClaimDetailData
from app.rendering.data.cross_impact import CrossImpactData
from app.rendering.data.developments import DevelopmentData
from app.rendering.data.evidence import ScenarioEvidenceData
from app.rendering.data.exposure import ExposureData
from app.rendering.data.figures import FigureData
from app.rendering.data.issues import BriefingData, IssueData
from app.rendering.data.mentions import CheckData, MentionData
from app.rendering.data.others import ContradictionData, HitData, TermData
from app.rendering.data.overview import OverviewData
from app.rendering.data.parties import PartyData, PartyDetailData
from app.rendering.data.scenarios import (
    AreaData,
    AreaSpan,
    FlipsData,
    ImpactData,
    OrderData,
    PanelData,
    ScenarioData,
    ScenarioSpan,
    StrengthData,
)
from app.rendering.data.shapes import Address, Day, ExactFraction, FilterData
from app.rendering.data.sources import SourceData, SourceDetailData

VERSION: Literal[1] = 1
"""The version of all shapes. It goes up only if a shape changes in a way that ``docs/data.md`` promises it will not."""


class Head(TypedDict):
    """What every document begins with: which release says it, and as of which day."""

    version: Annotated[Literal[1], Field(description="The version of the shapes.")]
    release: Annotated[str, Field(description="The release that says it.")]
    as_of: Annotated[Day, Field(description="The day of the view.")]
    lasting: Annotated[Address, Field(description="Where this very document stays as it is.")]


NextPage = Annotated[Address | None, Field(description="The next page of the list.")]


class Listed(Head):
    """A page of a filtered list: ``count`` is of the whole list, ``current`` without what has been overtaken."""

    filter: FilterData
    count: int
    current: NotRequired[int]
    complete: NotRequired[
        Annotated[Literal[False], Field(description="More entries hold the words than are counted and listed.")]
    ]
    shortened: NotRequired[
        Annotated[Literal[True], Field(description="More words were asked for than `filter.q`, which was looked for.")]
    ]
    next: NextPage


class Complete(Head):
    """A list without pages."""

    count: int
    next: None


class Overview(Head, OverviewData):
    """Where the whole dispute stands, and the entries that the overview names."""


class Claims(Listed):
    items: list[ClaimData]


class Claim(Head):
    item: ClaimDetailData


class Developments(Listed):
    items: list[DevelopmentData]


class Figures(Listed):
    items: list[FigureData]


class Figure(Head):
    item: FigureData


class Sources(Listed):
    items: list[SourceData]


class SourceChecked(SourceDetailData):
    """A source, and what became of its address."""

    check: CheckData | None


class Source(Head):
    item: SourceChecked


class Issue(Listed):
    """An issue, and its claims as a list that the filter narrows."""

    item: IssueData
    items: list[ClaimData]


class Briefing(Head):
    item: BriefingData


class Parties(Complete):
    items: list[PartyData]


class Party(Head):
    item: PartyDetailData


class Terms(Complete):
    items: list[TermData]


class Contradictions(Head):
    """A page of the pairs: ``count`` is of all."""

    count: int
    next: NextPage
    items: list[ContradictionData]


class Mentions(Listed):
    """What publishers said since the newest evidence. Nobody has reviewed it, and nothing of it is evidence."""

    items: list[MentionData]


class Changes(Head):
    """What changed between the release ``since`` and this one; ``counts`` by kind of change."""

    since: str | None
    count: int
    counts: dict[str, int]
    items: list[ChangeData]
    next: Address | None


class Found(Listed):
    ranked: NotRequired[
        Annotated[Literal[False], Field(description="Not ordered by relevance: the newest come first.")]
    ]
    common: NotRequired[
        Annotated[list[str], Field(description="Words sought that so many entries hold that they say nothing of one.")]
    ]
    items: list[HitData]


class Panel(Head, PanelData):
    """The panel. What follows ``weights`` is there when the address has weights; these add up to 1."""

    filter: FilterData
    weights: NotRequired[dict[str, ExactFraction]]
    strengths: NotRequired[list[StrengthData]]
    weighted: NotRequired[list[AreaSpan]]
    contributions: NotRequired[list[ScenarioSpan]]
    order: NotRequired[OrderData]
    flips: NotRequired[FlipsData]


class Scenario(Head):
    item: ScenarioData
    impacts: list[ImpactData]


class Area(Head):
    item: AreaData
    impacts: list[ImpactData]
    claims: list[str]


class ScenarioEvidence(Head, ScenarioEvidenceData):
    """The ranking of the scenarios, claim by claim."""


class CrossImpact(Head, CrossImpactData):
    """The matrix, and the combinations that hold."""


class Exposure(Head, ExposureData):
    """The calculations with the readings chosen."""

    filter: FilterData


class ChartDocument(Head):
    item: ChartData


class IntegrityData(TypedDict):
    """The SHA-256 of the release's file, how it was opened, the content security policy in force, and where the list of
    all parts of the program is (CycloneDX).
    """

    digest: str
    flags: str
    policy: str
    sbom: Address


class About(Head):
    """How long each list is, and the day of the newest source."""

    counts: dict[str, int]
    newest_evidence: Day | None
    integrity: IntegrityData


class Accessibility(Head):
    """What the site was held against, and whom to tell of what hinders."""

    standard: str
    reviewed: Day
    contact: str | None


class Components(Head):
    """The components of the look; only where the setting asks for them."""

    components: list[str]


class Addresses(Head):
    """Where the OpenAPI document is, and the addresses that it describes."""

    openapi: Address
    addresses: list[str]


class Problem(TypedDict):
    """A refusal (RFC 9457). ``parameter``, ``value`` and ``expected`` where one parameter is at fault."""

    type: Annotated[str, Field(description="Always about:blank: `status` and `fault` say what it is.")]
    title: str
    status: int
    detail: str
    instance: Address
    parameter: NotRequired[str]
    value: NotRequired[str]
    fault: NotRequired[Fault]
    expected: NotRequired[Annotated[list[str], Field(description="Values allowed, or the limits, or the form.")]]
    releases: NotRequired[Annotated[list[str], Field(description="The releases held, where one asked for is gone.")]]
    current: NotRequired[Annotated[Address, Field(description="The same in the current release.")]]
    file: NotRequired[Annotated[Address | None, Field(description="The file of a release that cannot be read.")]]


DOCUMENTS: Mapping[str, Any] = {
    "/": Overview,
    "/about": About,
    "/accessibility": Accessibility,
    "/changes": Changes,
    "/charts/attribution-{identifier:id}": ChartDocument,
    "/charts/mix-{identifier:id}": ChartDocument,
    "/charts/readings-{identifier:id}": ChartDocument,
    "/charts/ranking": ChartDocument,
    "/charts/scenarios": ChartDocument,
    "/charts/swings-{identifier:id}": ChartDocument,
    "/charts/timeline": ChartDocument,
    "/claims": Claims,
    "/claims/{identifier:id}": Claim,
    "/contradictions": Contradictions,
    "/docs": Addresses,
    "/figures": Figures,
    "/figures/{identifier:id}": Figure,
    "/glossary": Terms,
    "/impacts/{identifier:id}": Area,
    "/issues/{identifier:id}": Issue,
    "/issues/{identifier:id}/briefing": Briefing,
    "/mentions": Mentions,
    "/parties": Parties,
    "/parties/{identifier:id}": Party,
    "/scenarios": Panel,
    "/scenarios/cross-impact": CrossImpact,
    "/scenarios/evidence": ScenarioEvidence,
    "/scenarios/exposure": Exposure,
    "/scenarios/{identifier:id}": Scenario,
    "/search": Found,
    "/sources": Sources,
    "/sources/{identifier:id}": Source,
    "/styleguide": Components,
    "/timeline": Developments,
}


@cache
def json_schemas(template: str = "#/$defs/{model}") -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The JSON Schema (2020-12) of each document by path, and the definitions that these refer to.

    The key ``problem`` is the shape of a refusal. ``template`` says how a definition is referred to.
    """
    shapes = {**DOCUMENTS, "problem": Problem}
    schemas, definitions = TypeAdapter.json_schemas(
        [(path, "serialization", TypeAdapter(shape)) for path, shape in shapes.items()], ref_template=template
    )
    return {path: schema for (path, _), schema in schemas.items()}, definitions["$defs"]
