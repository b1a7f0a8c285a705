"""What publishers said since the newest evidence: nobody has reviewed it, and nothing of it counts as evidence."""

from datetime import date

from msgspec import Struct
from sqlmodel import Session
from starlette.responses import Response

from app.pages.paging import refuse_past_the_end
from app.pages.routing import page
from app.pages.visit import Frame, MentionsVisit, Visit
from app.queries.claims import newest_evidence
from app.queries.mentions import reviewed_among
from app.rendering.data import mention_data
from app.rendering.listing import ListingView
from app.rendering.mentions import SIZE, MentionsSince, present_mentions
from app.watch.mentions import Mention

LATEST = 5
"""How many mentions a page shows beside its evidence."""


class MentionsPage(Struct, frozen=True):
    frame: Frame
    listing: ListingView
    mentions: tuple[Mention, ...]


def unreviewed(session: Session, visit: Visit) -> tuple[Mention, ...]:
    """The mentions that nobody dealt with, the newest first, each with the issues whose newest evidence is older.

    So the number on the overview, that on an issue's page and those of the filtered list agree.
    """
    if not visit.watched.mentions:
        return ()
    names = visit.release.names
    newest = {issue: newest_evidence(session, as_of=visit.viewpoint.as_of, issue=issue) for issue in names["issue"]}
    found = []
    for each in visit.watched.mentions:
        since = tuple(issue for issue in each.issues if issue in newest and each.day > (newest[issue] or date.min))
        if since:
            # A party may have left the dossier since the mention was found.
            parties = tuple(party for party in each.parties if party in names["party"])
            found.append(each.model_copy(update={"issues": since, "parties": parties}))
    reviewed = reviewed_among(session, ids=[each.id for each in found])
    left = (each for each in found if each.id not in reviewed)
    return tuple(sorted(left, key=lambda each: (each.day, each.id), reverse=True))


def since_newest(session: Session, visit: Visit, issue: str | None = None) -> MentionsSince | None:
    """What a page shows of the mentions, apart from its evidence; ``None`` where there are none."""
    found = [each for each in unreviewed(session, visit) if issue is None or issue in each.issues]
    to = visit.frame.to
    href = to.with_values("/mentions", issue=issue) if issue else to.page("/mentions")
    return MentionsSince(tuple(found[:LATEST]), len(found), href) if found else None


@page("/mentions")
def mentions(visit: MentionsVisit) -> Response:
    with visit.session() as session:
        found = unreviewed(session, visit)
    shown, view = present_mentions(
        found, path=visit.path, chosen=visit.chosen, names=visit.frame.names, to=visit.frame.to
    )
    refuse_past_the_end(visit, view.pages)
    size = visit.chosen.size or SIZE
    here = tuple(shown[(view.page - 1) * size : view.page * size])
    return visit.respond(
        "mentions.html",
        MentionsPage(visit.frame, view, here),
        lambda: visit.listed(view, (mention_data(each, visit.frame.to) for each in here)),
    )
