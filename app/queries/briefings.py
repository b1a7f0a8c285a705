"""An issue on one page: where it stands, who wants what, what is firm, what is doubtful, and what to watch."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from sqlmodel import Session, col, func, select

from app.briefing import AHEAD, BEST_SOURCED, DOUBTFUL, UNGRADED, Candidate, choose_claims, gravity
from app.dates import IncompleteDate
from app.filters import Filter
from app.models import Claim, ClaimStanding, DevelopmentClaim, Evidence, ListingTag, Source
from app.queries.claims import ClaimCard, ClaimLink, link_claims, read_claims
from app.queries.expectations import ExpectationLine, list_expectations
from app.queries.figures import MOST_COMPARED, ConflictLine, FigureCard, read_figures
from app.queries.issues import IssueCard, LedgerCell, PositionLine, read_issue
from app.queries.listings import all_ids, claims_about
from app.queries.sets import items_at, newest, sets_as_of
from app.queries.viewpoint import Viewpoint
from app.vocabulary import ClaimRelation, ClaimStatus, Listing, Stance

MOST_BEST = 3
MOST_DOUBTFUL = 2
MOST_FIGURES = 2
MOST_AHEAD = 2
"""How many of each a briefing quotes; what is left out is counted, and a link leads to it."""


MOST_WEIGHED = 75
"""How many claims of a status, the newest, are weighed against one another."""


class Want(Struct, frozen=True):
    """A position of a party: the newest of its kind, or the last that was given up where the party holds none.

    ``more`` is how many others of this kind it holds.
    """

    kind: str
    position: PositionLine
    more: int


class PartyWants(Struct, frozen=True):
    party: str
    wants: tuple[Want, ...]


class DoubtfulClaim(Struct, frozen=True):
    """``against`` are the ids of the visible claims that contradict or correct it."""

    claim: ClaimCard
    against: tuple[str, ...]


class FigureInDispute(Struct, frozen=True):
    figure: FigureCard
    conflict: ConflictLine


class Briefing(Struct, frozen=True):
    """``basis`` are the claims that the status sentence rests on; the ``…_left`` count what was not quoted.

    ``sources`` is how many were searched for positions.
    """

    issue: IssueCard
    basis: tuple[ClaimLink, ...]
    parties: tuple[PartyWants, ...]
    sources: int
    best: tuple[ClaimCard, ...]
    doubtful: tuple[DoubtfulClaim, ...]
    doubtful_left: int
    figures: tuple[FigureInDispute, ...]
    figures_left: int
    expectations: tuple[ExpectationLine, ...]
    forecasts: tuple[ClaimCard, ...]


def read_briefing(session: Session, *, identifier: str, viewpoint: Viewpoint) -> Briefing | None:
    """The briefing of an issue as of the day of the view; ``None`` where there is no such issue.

    What to watch is what was announced for a date and is not shown to be met, the latest dates of it, then what is
    forecast.
    """
    detail = read_issue(session, identifier=identifier, viewpoint=viewpoint)
    if detail is None:
        return None
    candidates = list_candidates(session, issue=identifier, viewpoint=viewpoint)
    doubtful_count = sum(each.count for each in detail.card.mix if each.value in DOUBTFUL)
    awaited = list_expectations(session, viewpoint=viewpoint, issue=identifier)
    expectations = tuple(each for each in awaited if each.state != "met")[-MOST_AHEAD:]
    best = choose_claims(candidates, BEST_SOURCED, MOST_BEST)
    doubtful = choose_claims(candidates, DOUBTFUL, MOST_DOUBTFUL)
    ahead = choose_claims(candidates, AHEAD, MOST_AHEAD - len(expectations))
    cards = {each.id: each for each in read_claims(session, ids=(*best, *doubtful, *ahead), viewpoint=viewpoint)}
    figures = _read_figures(session, identifier, viewpoint)
    return Briefing(
        issue=detail.card,
        basis=_read_basis(session, detail.card, viewpoint),
        parties=tuple(PartyWants(row[0].party, _wants(row)) for row in detail.ledger.rows),
        sources=detail.ledger.sources,
        best=tuple(cards[each] for each in best),
        doubtful=tuple(DoubtfulClaim(cards[each], _against(cards[each])) for each in doubtful),
        doubtful_left=doubtful_count - len(doubtful),
        figures=figures[:MOST_FIGURES],
        figures_left=max(0, len(figures) - MOST_FIGURES),
        expectations=expectations,
        forecasts=tuple(cards[each] for each in ahead),
    )


def list_candidates(session: Session, *, issue: str, viewpoint: Viewpoint) -> tuple[Candidate, ...]:
    """The visible claims about an issue with their status on the day and their best grade, in the order of the ids.

    Of each status the newest ``MOST_WEIGHED``: so many are weighed, however many there are.
    """
    sets = sets_as_of(session, viewpoint.as_of)
    of_issue = sets.having(Listing.CLAIMS, "issue", (issue,))
    by_status = (sets.having(Listing.CLAIMS, "status", (each,)) & of_issue for each in ClaimStatus)
    about = [each for found in by_status for each in items_at(session, newest(found, 0, MOST_WEIGHED))]
    best = (
        select(Evidence.claim_id, func.min(col(Source.reliability) + col(Evidence.credibility)).label("grade"))
        .join(Source, col(Source.id) == col(Evidence.source_id))
        .where(
            Evidence.stance == Stance.SUPPORTS,
            Source.visible_from <= viewpoint.as_of,
            col(Evidence.claim_id).in_(about),
        )
        .group_by(Evidence.claim_id)
        .subquery()
    )
    rows = session.exec(
        select(Claim.id, ClaimStanding.status, best.c.grade, Claim.reported)
        .join(ClaimStanding, col(ClaimStanding.claim_id) == col(Claim.id))
        .outerjoin(best, best.c.claim_id == col(Claim.id))
        .where(
            col(Claim.id).in_(about),
            Claim.visible_from <= viewpoint.as_of,
            ClaimStanding.since <= viewpoint.as_of,
            ClaimStanding.until > viewpoint.as_of,
        )
        .order_by(Claim.id)
    )
    return tuple(
        Candidate(claim, status, grade or UNGRADED, _first(reported)) for claim, status, grade, reported in rows
    )


def _first(text: str) -> date:
    return IncompleteDate.parse(text).first


def _read_basis(session: Session, issue: IssueCard, viewpoint: Viewpoint) -> tuple[ClaimLink, ...]:
    """The claims of the development that set the status: those about this issue, or all where none is."""
    if issue.standing is None:
        return ()
    ids = session.exec(
        select(DevelopmentClaim.claim_id)
        .where(DevelopmentClaim.development_id == issue.standing.development)
        .order_by(col(DevelopmentClaim.ordinal))
    ).all()
    about = set(session.exec(claims_about(issue.id).where(col(ListingTag.item).in_(ids))).all())
    return link_claims(session, ids=[each for each in ids if each in about] or ids, viewpoint=viewpoint)


def _wants(row: Sequence[LedgerCell]) -> tuple[Want, ...]:
    held = tuple(Want(cell.kind, cell.positions[-1], len(cell.positions) - 1) for cell in row if cell.positions)
    if held:
        return held
    ended = [(line.until or "", cell.kind, line) for cell in row for line in cell.ended]
    return tuple(Want(kind, line, 0) for _, kind, line in sorted(ended, key=lambda each: each[:2])[-1:])


def _against(card: ClaimCard) -> tuple[str, ...]:
    kinds = (ClaimRelation.CONTRADICTS, ClaimRelation.CORRECTS)
    return tuple(dict.fromkeys(each.id for each in card.related if each.inverse and each.kind in kinds))


def _read_figures(session: Session, issue: str, viewpoint: Viewpoint) -> tuple[FigureInDispute, ...]:
    """The issue's figures whose readings disagree, each with its gravest disagreement, the gravest figure first."""
    scope = [("issue", issue)]
    ids = all_ids(
        session, listing=Listing.FIGURES, chosen=Filter(), as_of=viewpoint.as_of, scope=scope, most=MOST_COMPARED
    )
    cards = read_figures(session, ids=ids, viewpoint=viewpoint)
    found = [FigureInDispute(card, min(card.conflicts, key=gravity)) for card in cards if card.conflicts]
    return tuple(sorted(found, key=lambda each: gravity(each.conflict)))
