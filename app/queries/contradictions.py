"""Claims that cannot both hold as they stand, side by side."""

from datetime import date

from msgspec import Struct
from sqlalchemy import CompoundSelect, func, union_all
from sqlmodel import Session, col, select

from app.models import ContradictingPair
from app.queries.claims import ClaimCard, read_claims
from app.queries.viewpoint import Viewpoint


class Contradiction(Struct, frozen=True):
    """``claim`` contradicts or corrects ``against``."""

    kind: str
    claim: ClaimCard
    against: ClaimCard


def count_contradictions(session: Session, *, as_of: date) -> int:
    """How many pairs were known on a day."""
    return session.exec(
        select(func.count()).select_from(ContradictingPair).where(ContradictingPair.visible_from <= as_of)
    ).one()


def claims_against(*, as_of: date) -> CompoundSelect[tuple[str]]:
    """The ids of the claims that stood in any pair on a day, to narrow another statement by."""
    known = ContradictingPair.visible_from <= as_of
    return union_all(select(ContradictingPair.claim_id).where(known), select(ContradictingPair.other_id).where(known))


def list_contradictions(session: Session, *, viewpoint: Viewpoint, skip: int, size: int) -> tuple[Contradiction, ...]:
    """The pairs that were known on the day of the view, ``size`` of them after the first ``skip``: joint statements
    first, then by date and id.
    """
    pairs = session.exec(
        select(ContradictingPair)
        .where(ContradictingPair.visible_from <= viewpoint.as_of)
        .order_by(col(ContradictingPair.ordinal))
        .limit(size)
        .offset(skip)
    ).all()
    ids = sorted({each.claim_id for each in pairs} | {each.other_id for each in pairs})
    cards = {card.id: card for card in read_claims(session, ids=ids, viewpoint=viewpoint)}
    return tuple(Contradiction(each.kind, cards[each.claim_id], cards[each.other_id]) for each in pairs)
