"""Claims that cannot both hold as they stand, side by side."""

from msgspec import Struct
from sqlmodel import Session, col, select

from app.models import ClaimRelation
from app.queries.claims import ClaimCard, read_claims
from app.queries.viewpoint import Viewpoint
from app.vocabulary import Attribution
from app.vocabulary import ClaimRelation as RelationKind

AGAINST = (RelationKind.CONTRADICTS, RelationKind.CORRECTS)


MOST_PAIRS = 100
"""How many pairs a page shows."""


class Contradiction(Struct, frozen=True):
    """``claim`` contradicts or corrects ``against``."""

    kind: str
    claim: ClaimCard
    against: ClaimCard


def list_contradictions(session: Session, *, viewpoint: Viewpoint) -> tuple[Contradiction, ...]:
    """The pairs that were visible on the day of the view; joint statements first, then by date and id.

    At most ``MOST_PAIRS`` are read, the first by the ids of their claims.
    """
    relations = session.exec(
        select(ClaimRelation)
        .where(col(ClaimRelation.kind).in_(AGAINST))
        .order_by(ClaimRelation.claim_id, ClaimRelation.other_id)
        .limit(MOST_PAIRS)
    ).all()
    ids = sorted({each.claim_id for each in relations} | {each.other_id for each in relations})
    cards = {card.id: card for card in read_claims(session, ids=ids, viewpoint=viewpoint)}
    pairs = [
        Contradiction(each.kind, cards[each.claim_id], cards[each.other_id])
        for each in relations
        if each.claim_id in cards and each.other_id in cards
    ]
    return tuple(sorted(pairs, key=_order))


def _order(pair: Contradiction) -> tuple[bool, str, str, str]:
    """What the parties say together comes first: it is what a report of their quarrel is weighed against."""
    joint = Attribution.JOINT in (pair.claim.attribution, pair.against.attribution)
    return not joint, pair.claim.happened or pair.claim.reported, pair.claim.id, pair.against.id
