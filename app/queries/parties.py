"""Who acts or asks, and what each is said to want."""

from msgspec import Struct
from sqlmodel import Session, col, select

from app.models import Issue, Party, Position
from app.queries.claims import ClaimLink, claim_links
from app.queries.viewpoint import Viewpoint


class PartyPosition(Struct, frozen=True):
    """A position on an issue; ``until`` is set once it was given up or overtaken."""

    issue: str
    kind: str
    text: str
    since: str
    until: str | None
    claim: ClaimLink


class PartyLine(Struct, frozen=True):
    id: str
    kind: str
    name: str
    role: str


class PartyDetail(Struct, frozen=True):
    party: PartyLine
    positions: tuple[PartyPosition, ...]


def list_parties(session: Session, *, viewpoint: Viewpoint) -> tuple[PartyLine, ...]:
    rows = session.exec(select(Party).order_by(col(Party.ordinal)))
    return tuple(_line(row, viewpoint) for row in rows)


def read_party(session: Session, *, identifier: str, viewpoint: Viewpoint) -> PartyDetail | None:
    """One party with all its positions known on the day of the view, past ones included."""
    row = session.exec(select(Party).where(Party.id == identifier)).first()
    if row is None:
        return None
    positions = session.exec(
        select(Position)
        .join(Issue, col(Issue.id) == col(Position.issue_id))
        .where(Position.party_id == identifier, Position.since <= viewpoint.as_of)
        .order_by(col(Issue.ordinal), col(Position.since), Position.id)
    ).all()
    links = claim_links(session, ids=[each.claim_id for each in positions], viewpoint=viewpoint)
    return PartyDetail(
        party=_line(row, viewpoint),
        positions=tuple(
            PartyPosition(
                issue=each.issue_id,
                kind=each.kind,
                text=viewpoint.text(each, "text"),
                since=each.since_text,
                until=each.until_text if each.until <= viewpoint.as_of else None,
                claim=links[each.claim_id],
            )
            for each in positions
            if each.claim_id in links
        ),
    )


def _line(row: Party, viewpoint: Viewpoint) -> PartyLine:
    return PartyLine(row.id, row.kind, viewpoint.text(row, "name"), viewpoint.text(row, "role"))
