"""One contested issue: where it stands, who wants what, and the claims behind it."""

from markupsafe import Markup
from msgspec import Struct
from starlette.responses import Response

from app.filters import Filter
from app.pages.listing import filtered
from app.pages.mentions import since_newest
from app.pages.routing import page
from app.pages.visit import Frame, IssueVisit, PageNotFound
from app.queries.claims import ClaimCard, read_claims
from app.queries.developments import DevelopmentEntry, list_newest
from app.queries.expectations import ExpectationLine, list_expectations
from app.queries.figures import MOST_COMPARED, FigureCard, read_figures
from app.queries.issues import IssueDetail, read_issue
from app.queries.listings import list_items
from app.queries.scenarios import Touch, list_touching
from app.queries.sources import Cited, list_most_cited
from app.rendering.charts.frame import Chart
from app.rendering.charts.shares import present_attribution, present_mix
from app.rendering.charts.timeline import present_timeline
from app.rendering.data import claim_data, issue_data
from app.rendering.listing import ListingView
from app.rendering.mentions import MentionsSince
from app.vocabulary import Listing

MOST_CITED = 10
"""How many sources an issue's page names: those that most of its claims cite."""


class IssueClaims(Struct, frozen=True):
    """The claims of an issue that a filter lets through."""

    frame: Frame
    name: str
    listing: ListingView
    claims: tuple[ClaimCard, ...]
    ready: Markup | None
    """The same claims as cards, where publishing has rendered them."""


class IssuePage(IssueClaims, frozen=True):
    detail: IssueDetail
    expectations: tuple[ExpectationLine, ...]
    figures: tuple[FigureCard, ...]
    figures_left: int
    developments: tuple[DevelopmentEntry, ...]
    developments_left: int
    shares: tuple[Chart, ...]
    timeline: Chart | None
    touching: tuple[Touch, ...]
    cited: tuple[Cited, ...]
    said_since: MentionsSince | None


@page("/issues/{identifier:id}")
def issue(visit: IssueVisit, identifier: str) -> Response:
    viewpoint, scope = visit.viewpoint, [("issue", identifier)]
    if identifier not in visit.frame.names["issue"]:
        raise PageNotFound
    name = visit.frame.name("issue", identifier)
    with visit.session() as session:
        listed, view = filtered(session, visit, Listing.CLAIMS, scope)
        ready = visit.ready_cards(listed.ids)
        claims = read_claims(session, ids=() if ready is not None else listed.ids, viewpoint=viewpoint)
        if visit.answer.fragment:
            # A filter changes the list alone, and the rest takes four times as long.
            return visit.render("issues/claims.html", IssueClaims(visit.frame, name, view, claims, ready))
        detail = read_issue(session, identifier=identifier, viewpoint=viewpoint)
        assert detail is not None
        expectations = list_expectations(session, viewpoint=viewpoint, issue=identifier)
        some = Filter(size=MOST_COMPARED)
        found = list_items(session, listing=Listing.FIGURES, chosen=some, as_of=viewpoint.as_of, scope=scope)
        figures = read_figures(session, ids=found.ids, viewpoint=viewpoint)
        newest = list_newest(session, chosen=Filter(), viewpoint=viewpoint, scope=scope)
        touching = list_touching(session, issue=identifier, viewpoint=viewpoint)
        cited = list_most_cited(session, issue=identifier, most=MOST_CITED, viewpoint=viewpoint)
        said_since = since_newest(session, visit, identifier)
    frame = visit.frame
    shares = (present(detail.card, frame.day, frame.to) for present in (present_mix, present_attribution))
    timeline = present_timeline(
        newest.entries,
        {identifier: detail.history},
        frame.all_names("issue"),
        chosen=Filter(issue=(identifier,), as_of=visit.chosen.as_of),
        as_of=frame.as_of,
        to=frame.to,
        left_out=newest.left_out,
    )
    return visit.respond(
        "issues/one.html",
        IssuePage(
            frame,
            name,
            view,
            claims,
            ready,
            detail,
            expectations,
            figures,
            found.count - len(found.ids),
            newest.entries,
            newest.left_out,
            tuple(each for each in shares if each),
            timeline,
            touching,
            cited,
            said_since,
        ),
        lambda: {
            "item": issue_data(detail, expectations, touching, cited, visit.frame.to),
            **visit.listed(view, (claim_data(each, visit.frame.to) for each in claims)),
        },
    )
