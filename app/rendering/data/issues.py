"""Issues as data: where each stands, the ledger of positions, and the briefing."""

from collections.abc import Sequence
from typing import Annotated, NotRequired

from typing_extensions import TypedDict

from app.queries.briefings import Briefing
from app.queries.expectations import ExpectationLine
from app.queries.issues import IssueDetail, Ledger, Standing
from app.queries.scenarios import Touch
from app.queries.sources import Cited
from app.rendering.addresses import Addresses
from app.rendering.data.claims import ClaimData, claim_data
from app.rendering.data.figures import ConflictWord
from app.rendering.data.shapes import Address, Day, Incomplete, number, one_of
from app.vocabulary import IssueStatus, PositionKind

PositionWord = Annotated[str, one_of(PositionKind)]


class StandingData(TypedDict):
    """How an issue stands and since when, and in which sentence, since the day ``stated``, by which development."""

    status: Annotated[str, one_of(IssueStatus)]
    since: Incomplete
    sentence: str
    stated: Incomplete
    development: str


class LedgerEntry(TypedDict):
    """A position held (``claim``, ``text``, ``since``), or a cell where ``sources`` were searched and state none."""

    party: str
    kind: PositionWord
    state: Annotated[str, one_of(("stated", "not_stated"))]
    claim: NotRequired[str]
    text: NotRequired[str]
    since: NotRequired[Incomplete]
    sources: NotRequired[int]


class SideData(TypedDict):
    """How many positions are on file for a party, and how many of them in its own word."""

    party: str
    positions: int
    own_word: int


class ExpectationData(TypedDict):
    """What was announced for a day; ``met`` is the claim that says it came."""

    id: str
    text: str
    due: Incomplete
    state: str
    announced: str
    met: str | None


class TouchData(TypedDict):
    """An impact of a scenario that rests on these claims about the issue; ``url`` shows the scenario in this area."""

    impact: str
    url: Address
    scenario: str
    area: str
    claims: list[str]


class CitedData(TypedDict):
    """A source and how many claims about the issue cite it; ``url`` lists exactly these."""

    source: str
    url: Address
    claims: int


class IssueData(TypedDict):
    """A contested question. ``status`` and ``attribution`` count its claims; ``most_cited`` are some of ``sources``."""

    id: str
    url: Address
    name: str
    question: str
    standing: StandingData | None
    history: list[StandingData]
    claims: int
    current: int
    newest_evidence: Day | None
    status: dict[str, int]
    attribution: dict[str, int]
    ledger: list[LedgerEntry]
    symmetry: list[SideData]
    expectations: list[ExpectationData]
    drivers: list[str]
    touching: list[TouchData]
    sources: int
    most_cited: list[CitedData]


class BriefedStanding(StandingData):
    """Where the issue stands, with the claims that say so."""

    claims: list[str]


class BriefedPosition(TypedDict):
    """What a party wants; ``more`` is how many others of this kind it holds."""

    party: str
    kind: PositionWord
    text: str
    since: Incomplete
    until: Incomplete | None
    claim: str
    more: int


class DoubtfulData(ClaimData):
    """A claim in doubt, and the claims against it."""

    against: list[str]


class BriefedFigure(TypedDict):
    """A figure whose readings disagree, by its widest conflict."""

    figure: str
    kind: ConflictWord
    ratio: int | float | None
    readings: list[str]
    claims: list[str]


class BriefedExpectation(TypedDict):
    """What was announced for a day."""

    id: str
    text: str
    due: Incomplete
    state: str
    claim: str


class BriefingData(TypedDict):
    """An issue in a minute: each part names the claims it rests on."""

    id: str
    url: Address
    name: str
    standing: BriefedStanding | None
    positions: list[BriefedPosition]
    best_sourced: list[ClaimData]
    doubtful: list[DoubtfulData]
    doubtful_left: int
    figures: list[BriefedFigure]
    figures_left: int
    expectations: list[BriefedExpectation]
    forecasts: list[ClaimData]


def standing_data(standing: Standing) -> StandingData:
    return {
        "status": standing.status,
        "since": standing.since,
        "sentence": standing.sentence,
        "stated": standing.stated,
        "development": standing.development,
    }


def ledger_data(ledger: Ledger) -> list[LedgerEntry]:
    """One entry for each position held, and one for each cell where none is; no cell is missing and none is null."""
    entries: list[LedgerEntry] = []
    for row in ledger.rows:
        for cell in row:
            head: LedgerEntry = {"party": cell.party, "kind": cell.kind, "state": cell.state}
            held: list[LedgerEntry] = [
                {**head, "claim": each.claim.id, "text": each.text, "since": each.since} for each in cell.positions
            ]
            entries += held or [{**head, "sources": ledger.sources}]
    return entries


def issue_data(
    detail: IssueDetail,
    expectations: Sequence[ExpectationLine],
    touching: Sequence[Touch],
    cited: Sequence[Cited],
    to: Addresses,
) -> IssueData:
    card = detail.card
    return {
        "id": card.id,
        "url": to.issue(card.id),
        "name": card.name,
        "question": card.question,
        "standing": standing_data(card.standing) if card.standing else None,
        "history": [standing_data(each) for each in detail.history],
        "claims": card.claims,
        "current": card.current,
        "newest_evidence": card.newest.isoformat() if card.newest else None,
        "status": {each.value: each.count for each in card.mix},
        "attribution": {each.value: each.count for each in card.footing},
        "ledger": ledger_data(detail.ledger),
        "symmetry": [
            {"party": side.party, "positions": side.positions, "own_word": side.own_word} for side in detail.symmetry
        ],
        "expectations": [
            {
                "id": each.id,
                "text": each.text,
                "due": each.due,
                "state": each.state,
                "announced": each.announced.id,
                "met": each.met.id if each.met else None,
            }
            for each in expectations
        ],
        "drivers": [driver.id for driver in detail.drivers],
        "touching": [
            {
                "impact": cell.id,
                "url": to.with_values("/scenarios", scenario=cell.scenario, impact=cell.area),
                "scenario": cell.scenario,
                "area": cell.area,
                "claims": [claim.id for claim in cell.claims],
            }
            for touch in touching
            for cell in touch.impacts
        ],
        "sources": detail.ledger.sources,
        "most_cited": [
            {
                "source": each.card.id,
                "url": to.with_values(f"/issues/{card.id}", source=each.card.id),
                "claims": each.claims,
            }
            for each in cited
        ],
    }


def briefing_data(briefing: Briefing, to: Addresses) -> BriefingData:
    """The same choice as on the page; each part names the claims that it ends with."""
    issue = briefing.issue
    return {
        "id": issue.id,
        "url": to.briefing(issue.id),
        "name": issue.name,
        "standing": {**standing_data(issue.standing), "claims": [each.id for each in briefing.basis]}
        if issue.standing
        else None,
        "positions": [
            {
                "party": side.party,
                "kind": want.kind,
                "text": want.position.text,
                "since": want.position.since,
                "until": want.position.until,
                "claim": want.position.claim.id,
                "more": want.more,
            }
            for side in briefing.parties
            for want in side.wants
        ],
        "best_sourced": [claim_data(each, to) for each in briefing.best],
        "doubtful": [{**claim_data(each.claim, to), "against": list(each.against)} for each in briefing.doubtful],
        "doubtful_left": briefing.doubtful_left,
        "figures": [
            {
                "figure": each.figure.id,
                "kind": each.conflict.kind,
                "ratio": number(each.conflict.ratio),
                "readings": [reading.id for reading in each.conflict.readings],
                "claims": [reading.claim for reading in each.conflict.readings],
            }
            for each in briefing.figures
        ],
        "figures_left": briefing.figures_left,
        "expectations": [
            {"id": each.id, "text": each.text, "due": each.due, "state": each.state, "claim": each.announced.id}
            for each in briefing.expectations
        ],
        "forecasts": [claim_data(each, to) for each in briefing.forecasts],
    }
