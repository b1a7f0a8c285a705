"""Dated events, and the issues and scenarios whose status they set."""

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace
from sqlmodel import Session, col, select

from app.filters import Filter, Sort
from app.models import Development, DevelopmentClaim, IssueStanding, ScenarioStanding
from app.queries.listings import list_items, read_tags
from app.queries.sets import Scope
from app.queries.viewpoint import Viewpoint
from app.vocabulary import Listing


class StandingSet(Struct, frozen=True):
    """An issue or scenario whose status a development set."""

    kind: str
    id: str
    status: str


class DevelopmentEntry(Struct, frozen=True):
    id: str
    kind: str
    title: str
    date: str
    issues: tuple[str, ...]
    parties: tuple[str, ...]
    claims: tuple[str, ...]
    sets: tuple[StandingSet, ...]


MOST_DRAWN = 150
"""How many developments, the newest, stand on one page that has no other pages."""


class Newest(Struct, frozen=True):
    """The newest developments that a filter lets through, the oldest of these first, and how many are left out."""

    entries: tuple[DevelopmentEntry, ...]
    left_out: int


def list_newest(session: Session, *, chosen: Filter, viewpoint: Viewpoint, scope: Scope = ()) -> Newest:
    """The newest ``MOST_DRAWN`` developments that a filter lets through, whatever its page, size and order."""
    newest = replace(chosen, sort=Sort.NEWEST, page=1, size=MOST_DRAWN)
    listed = list_items(session, listing=Listing.DEVELOPMENTS, chosen=newest, as_of=viewpoint.as_of, scope=scope)
    entries = read_developments(session, ids=listed.ids[::-1], viewpoint=viewpoint)
    return Newest(entries, listed.count - len(listed.ids))


def read_developments(session: Session, *, ids: Sequence[str], viewpoint: Viewpoint) -> tuple[DevelopmentEntry, ...]:
    """The visible developments among these ids, in the order of the ids."""
    rows = {
        row.id: row
        for row in session.exec(
            select(Development).where(col(Development.id).in_(ids), Development.visible_from <= viewpoint.as_of)
        )
    }
    tags = read_tags(session, listing=Listing.DEVELOPMENTS, ids=list(rows), as_of=viewpoint.as_of)
    claims: dict[str, list[str]] = defaultdict(list)
    for link in session.exec(
        select(DevelopmentClaim)
        .where(col(DevelopmentClaim.development_id).in_(ids))
        .order_by(DevelopmentClaim.development_id, col(DevelopmentClaim.ordinal))
    ):
        claims[link.development_id].append(link.claim_id)
    sets: dict[str, list[StandingSet]] = defaultdict(list)
    for issue in session.exec(
        select(IssueStanding).where(col(IssueStanding.development_id).in_(ids)).order_by(IssueStanding.issue_id)
    ):
        sets[issue.development_id].append(StandingSet("issue", issue.issue_id, issue.status))
    for scenario in session.exec(
        select(ScenarioStanding)
        .where(col(ScenarioStanding.development_id).in_(ids))
        .order_by(ScenarioStanding.scenario_id)
    ):
        sets[scenario.development_id].append(StandingSet("scenario", scenario.scenario_id, scenario.status))
    return tuple(
        DevelopmentEntry(
            id=row.id,
            kind=row.kind,
            title=viewpoint.text(row, "title"),
            date=row.happened,
            issues=tags[row.id].get("issue", ()),
            parties=tags[row.id].get("party", ()),
            claims=tuple(claims[row.id]),
            sets=tuple(sets[row.id]),
        )
        for identifier in ids
        if (row := rows.get(identifier)) is not None
    )
