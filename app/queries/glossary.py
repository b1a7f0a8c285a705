"""Terms, and where one misleads."""

from collections import defaultdict

from msgspec import Struct
from sqlmodel import Session, col, select

from app.models import Term, TermClaim
from app.queries.claims import ClaimLink, claim_links
from app.queries.viewpoint import Viewpoint
from app.words import fold


class TermLine(Struct, frozen=True):
    """``other`` is the term in the other language."""

    id: str
    kind: str
    term: str
    other: str
    definition: str
    caution: str | None
    claims: tuple[ClaimLink, ...]


def list_terms(session: Session, *, viewpoint: Viewpoint) -> tuple[TermLine, ...]:
    """All terms in the alphabetical order of the reader's language."""
    rows = session.exec(select(Term).order_by(col(Term.ordinal))).all()
    resting = session.exec(select(TermClaim).order_by(TermClaim.term_id, col(TermClaim.ordinal))).all()
    links = claim_links(session, ids=[each.claim_id for each in resting], viewpoint=viewpoint)
    claims: dict[str, list[ClaimLink]] = defaultdict(list)
    for each in resting:
        if each.claim_id in links:
            claims[each.term_id].append(links[each.claim_id])
    other = Viewpoint("en" if viewpoint.language == "fr" else "fr", viewpoint.as_of)
    terms = [
        TermLine(
            id=row.id,
            kind=row.kind,
            term=viewpoint.text(row, "term"),
            other=other.text(row, "term"),
            definition=viewpoint.text(row, "definition"),
            caution=viewpoint.text_or_none(row, "caution"),
            claims=tuple(claims[row.id]),
        )
        for row in rows
    ]
    return tuple(sorted(terms, key=lambda each: fold(each.term)))
