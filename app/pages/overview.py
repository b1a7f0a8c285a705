"""Where the whole dispute stands, on one page."""

from datetime import date

from msgspec import Struct
from starlette.responses import Response

from app.filters import Filter, Sort
from app.pages.mentions import since_newest
from app.pages.routing import page
from app.pages.visit import Frame, OverviewVisit
from app.queries.claims import newest_evidence
from app.queries.developments import DevelopmentEntry, list_newest, read_developments
from app.queries.expectations import ExpectationLine, list_expectations
from app.queries.figures import MOST_COMPARED, FigureCard, list_disagreeing
from app.queries.issues import (
    IssueCard,
    Share,
    Standing,
    TopPosition,
    list_issues,
    mix_of_all,
    read_histories,
    read_ledger,
    read_overall,
    top_positions,
)
from app.queries.listings import count_items, list_items
from app.queries.scenarios import AreaLine, ScenarioCard, list_areas, list_scenarios
from app.rendering.charts.frame import Chart
from app.rendering.charts.timeline import present_timeline
from app.rendering.data import (
    area_data,
    development_data,
    figure_data,
    impact_data,
    scenario_data,
    standing_data,
)
from app.rendering.data.overview import OverviewData
from app.rendering.mentions import MentionsSince
from app.vocabulary import CURRENT, Listing

LATEST = 6
"""How many developments the overview lists."""


class Totals(Struct, frozen=True):
    """``current`` claims are those that are not deprecated; ``mix`` is all claims by status."""

    claims: int
    current: int
    sources: int
    mix: tuple[Share, ...]


class IssueSummary(Struct, frozen=True):
    """An issue and its parties' top positions; ``sources`` is how many were searched for them."""

    card: IssueCard
    positions: tuple[TopPosition, ...]
    sources: int


class OverviewPage(Struct, frozen=True):
    frame: Frame
    name: str
    standing: Standing | None
    newest: date | None
    totals: Totals
    issues: tuple[IssueSummary, ...]
    timeline: Chart | None
    latest: tuple[DevelopmentEntry, ...]
    figures: tuple[FigureCard, ...]
    figures_left: int
    areas: tuple[AreaLine, ...]
    scenarios: tuple[ScenarioCard, ...]
    expectations: tuple[ExpectationLine, ...]
    said_since: MentionsSince | None


@page("/")
def overview(visit: OverviewVisit) -> Response:
    viewpoint = visit.viewpoint
    with visit.session() as session:
        counts = {
            each: count_items(session, listing=each, chosen=Filter(), as_of=viewpoint.as_of)
            for each in (Listing.CLAIMS, Listing.SOURCES, Listing.FIGURES)
        }
        current = count_items(session, listing=Listing.CLAIMS, chosen=Filter(rank=CURRENT), as_of=viewpoint.as_of)
        drawn = list_newest(session, chosen=Filter(), viewpoint=viewpoint)
        timeline = present_timeline(
            drawn.entries,
            read_histories(session, viewpoint=viewpoint),
            visit.frame.all_names("issue"),
            chosen=Filter(as_of=visit.chosen.as_of),
            as_of=viewpoint.as_of,
            to=visit.frame.to,
            left_out=drawn.left_out,
        )
        latest = list_items(
            session,
            listing=Listing.DEVELOPMENTS,
            chosen=Filter(sort=Sort.NEWEST, size=LATEST),
            as_of=viewpoint.as_of,
        )
        context = OverviewPage(
            frame=visit.frame,
            name=visit.release.name.in_language(viewpoint.language),
            standing=read_overall(session, viewpoint=viewpoint),
            newest=newest_evidence(session, as_of=viewpoint.as_of),
            totals=Totals(
                counts[Listing.CLAIMS], current, counts[Listing.SOURCES], mix_of_all(session, viewpoint=viewpoint)
            ),
            issues=tuple(
                IssueSummary(card, top_positions(ledger), ledger.sources)
                for card in list_issues(session, viewpoint=viewpoint)
                for ledger in (read_ledger(session, issue=card.id, viewpoint=viewpoint),)
            ),
            timeline=timeline,
            latest=read_developments(session, ids=latest.ids, viewpoint=viewpoint),
            figures=list_disagreeing(session, viewpoint=viewpoint),
            figures_left=max(0, counts[Listing.FIGURES] - MOST_COMPARED),
            areas=list_areas(session, viewpoint=viewpoint),
            scenarios=list_scenarios(session, viewpoint=viewpoint),
            expectations=list_expectations(session, viewpoint=viewpoint),
            said_since=since_newest(session, visit),
        )
    return visit.respond("overview.html", context, lambda: overview_data(context))


def overview_data(context: OverviewPage) -> OverviewData:
    """The overview for a program: where each thing stands, and the entries that the page names."""
    to = context.frame.to
    return {
        "item": {
            "id": "overview",
            "url": to.page("/"),
            "name": context.name,
            "standing": {
                "sentence": context.standing.sentence,
                "since": context.standing.since,
                "development": context.standing.development,
            }
            if context.standing
            else None,
            "newest_evidence": context.newest.isoformat() if context.newest else None,
            "claims": context.totals.claims,
            "current": context.totals.current,
            "sources": context.totals.sources,
            "status": {each.value: each.count for each in context.totals.mix},
        },
        "issues": [
            {
                "id": each.card.id,
                "url": to.issue(each.card.id),
                "name": each.card.name,
                "standing": standing_data(each.card.standing) if each.card.standing else None,
                "claims": each.card.claims,
                "current": each.card.current,
            }
            for each in context.issues
        ],
        "latest": [development_data(each, to) for each in context.latest],
        "figures": [figure_data(each, to) for each in context.figures],
        "scenarios": [scenario_data(each, to) for each in context.scenarios],
        "areas": [area_data(each, to) for each in context.areas],
        "impacts": [impact_data(cell, to) for each in context.scenarios for cell in each.impacts],
        "expectations": [
            {
                "id": each.id,
                "text": each.text,
                "due": each.due,
                "state": each.state,
                "announced": each.announced.id,
                "met": each.met.id if each.met else None,
            }
            for each in context.expectations
        ],
    }
