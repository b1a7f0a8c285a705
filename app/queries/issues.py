"""The contested issues: where each stands, who asks for what, and how firm what is known of it is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct
from sqlmodel import Session, col, select

from app.models import (
    Development,
    Driver,
    DriverIssue,
    Issue,
    IssueParty,
    IssueStanding,
    OverallStanding,
    Position,
)
from app.queries.claims import ClaimLink, claim_links, newest_evidence
from app.queries.sets import Sets, sets_as_of
from app.queries.viewpoint import Viewpoint
from app.vocabulary import CURRENT, Attribution, ClaimStatus, Listing, PositionKind


class Standing(Struct, frozen=True):
    """Where something stands from a development on. ``status`` is empty for the dispute as a whole.

    ``since`` is the day from which the status has held without a break, ``stated`` that of the development from which
    the sentence does: an issue that was settled in 2025 and is told anew in 2026 is settled since 2025.
    """

    status: str
    since: str
    sentence: str
    stated: str
    development: str


class PositionLine(Struct, frozen=True):
    """A position; ``until`` is set once it was given up, met or overtaken."""

    text: str
    since: str
    until: str | None
    claim: ClaimLink


class LedgerCell(Struct, frozen=True):
    """What is on file for one party and one kind of position: held on the day of the view, and ``ended`` by then.

    Where nothing is held, the state is ``not_stated``.
    """

    party: str
    kind: str
    positions: tuple[PositionLine, ...]
    ended: tuple[PositionLine, ...]

    @property
    def state(self) -> str:
        return "stated" if self.positions else "not_stated"


class Ledger(Struct, frozen=True):
    """``rows`` hold, for each party, one cell for each of ``kinds``; ``sources`` is how many were searched."""

    kinds: tuple[str, ...]
    rows: tuple[tuple[LedgerCell, ...], ...]
    sources: int


class TopPosition(Struct, frozen=True):
    """The one position that says most about a party: what it asks now, else offers now, else asked or offered last.

    ``line`` is ``None`` where it never asked or offered anything.
    """

    party: str
    kind: str
    line: PositionLine | None


class Side(Struct, frozen=True):
    """How far a party's side is told: its positions on file, held or past, and the claims that are its own word."""

    party: str
    positions: int
    own_word: int


class Share(Struct, frozen=True):
    """How many of an issue's claims have a value, and how many of those are current rather than deprecated.

    The shares of one parameter add up to the issue's claims.
    """

    value: str
    count: int
    current: int


class IssueCard(Struct, frozen=True):
    """``mix`` counts the issue's claims by status, ``footing`` by who stands behind them, leaving out what has none."""

    id: str
    name: str
    question: str
    standing: Standing | None
    mix: tuple[Share, ...]
    footing: tuple[Share, ...]
    claims: int
    current: int
    newest: date | None


class DriverLine(Struct, frozen=True):
    id: str
    name: str
    description: str


class IssueDetail(Struct, frozen=True):
    card: IssueCard
    history: tuple[Standing, ...]
    ledger: Ledger
    symmetry: tuple[Side, ...]
    drivers: tuple[DriverLine, ...]


def list_issues(session: Session, *, viewpoint: Viewpoint) -> tuple[IssueCard, ...]:
    rows = session.exec(select(Issue).order_by(col(Issue.ordinal))).all()
    histories = _read_histories(session, [row.id for row in rows], viewpoint)
    shares = _read_shares(session, viewpoint)
    return tuple(_card(session, row, histories[row.id], shares, viewpoint) for row in rows)


def read_issue(session: Session, *, identifier: str, viewpoint: Viewpoint) -> IssueDetail | None:
    row = session.exec(select(Issue).where(Issue.id == identifier)).first()
    if row is None:
        return None
    history = _read_histories(session, [identifier], viewpoint)[identifier]
    ledger = read_ledger(session, issue=identifier, viewpoint=viewpoint)
    return IssueDetail(
        card=_card(session, row, history, _read_shares(session, viewpoint), viewpoint),
        history=history,
        ledger=ledger,
        symmetry=_read_symmetry(session, identifier, ledger, viewpoint),
        drivers=_read_drivers(session, identifier, viewpoint),
    )


def _card(
    session: Session,
    row: Issue,
    history: tuple[Standing, ...],
    shares: Mapping[tuple[str, str], Mapping[str, Share]],
    viewpoint: Viewpoint,
) -> IssueCard:
    statuses = shares.get((row.id, "status"), {})
    attributions = shares.get((row.id, "attribution"), {})
    return IssueCard(
        id=row.id,
        name=viewpoint.text(row, "name"),
        question=viewpoint.text(row, "question"),
        standing=history[-1] if history else None,
        mix=tuple(statuses[each] for each in ClaimStatus if each in statuses),
        footing=tuple(attributions[each] for each in Attribution if each in attributions),
        claims=sum(each.count for each in statuses.values()),
        current=sum(each.current for each in statuses.values()),
        newest=newest_evidence(session, as_of=viewpoint.as_of, issue=row.id),
    )


def read_histories(session: Session, *, viewpoint: Viewpoint) -> Mapping[str, tuple[Standing, ...]]:
    """How every issue stood over time: issue → its standings, oldest first."""
    return _read_histories(session, session.exec(select(Issue.id).order_by(col(Issue.ordinal))).all(), viewpoint)


def _read_histories(
    session: Session, issues: Sequence[str], viewpoint: Viewpoint
) -> Mapping[str, tuple[Standing, ...]]:
    """How each issue stood over time, oldest first, as far as it was known on the day of the view."""
    found: dict[str, list[Standing]] = defaultdict(list)
    rows = session.exec(
        select(IssueStanding, Development.happened)
        .join(Development, col(Development.id) == col(IssueStanding.development_id))
        .where(col(IssueStanding.issue_id).in_(issues), Development.visible_from <= viewpoint.as_of)
        .order_by(
            IssueStanding.issue_id, col(Development.happened_first), col(Development.visible_from), Development.id
        )
    )
    for standing, stated in rows:
        history = found[standing.issue_id]
        goes_on = history and history[-1].status == standing.status
        since = history[-1].since if goes_on else stated
        sentence = viewpoint.text(standing, "sentence")
        history.append(Standing(standing.status, since, sentence, stated, standing.development_id))
    return {issue: tuple(found[issue]) for issue in issues}


def read_overall(session: Session, *, viewpoint: Viewpoint) -> Standing | None:
    """Where the whole dispute stood on the day of the view."""
    row = session.exec(
        select(OverallStanding, Development.happened)
        .join(Development, col(Development.id) == col(OverallStanding.development_id))
        .where(Development.visible_from <= viewpoint.as_of)
        .order_by(col(Development.happened_first).desc(), col(Development.visible_from).desc(), Development.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    standing, when = row
    return Standing("", when, viewpoint.text(standing, "sentence"), when, standing.development_id)


def _read_shares(session: Session, viewpoint: Viewpoint) -> Mapping[tuple[str, str], Mapping[str, Share]]:
    """(issue, parameter) → value → its share of the issue's claims, for status and attribution."""
    sets = sets_as_of(session, viewpoint.as_of)
    current = sets.having(Listing.CLAIMS, "rank", CURRENT)
    shares: dict[tuple[str, str], dict[str, Share]] = defaultdict(dict)
    values = sets.values.get(Listing.CLAIMS, {})
    for issue, about in values.get("issue", {}).items():
        counted = about & current
        for parameter in ("status", "attribution"):
            for value, said in values.get(parameter, {}).items():
                if count := about.intersection_cardinality(said):
                    standing = counted.intersection_cardinality(said)
                    shares[issue, parameter][value] = Share(value, count, standing)
    return shares


def mix_of_all(session: Session, *, viewpoint: Viewpoint) -> tuple[Share, ...]:
    """All claims by status, whatever they are about, in the order of the vocabulary; what has none is left out."""
    sets = sets_as_of(session, viewpoint.as_of)
    current = sets.having(Listing.CLAIMS, "rank", CURRENT)
    shares = {
        value: Share(value, len(said), current.intersection_cardinality(said))
        for value, said in sets.values.get(Listing.CLAIMS, {}).get("status", {}).items()
    }
    return tuple(shares[each] for each in ClaimStatus if each in shares)


def read_ledger(session: Session, *, issue: str, viewpoint: Viewpoint) -> Ledger:
    """What each party asks, offers, refuses and holds as leverage on the day of the view."""
    parties = session.exec(
        select(IssueParty.party_id).where(IssueParty.issue_id == issue).order_by(col(IssueParty.ordinal))
    ).all()
    rows = session.exec(
        select(Position)
        .where(Position.issue_id == issue, Position.since <= viewpoint.as_of)
        .order_by(col(Position.since), Position.id)
    ).all()
    links = claim_links(session, ids=[row.claim_id for row in rows], viewpoint=viewpoint)
    held: dict[tuple[str, str], list[PositionLine]] = defaultdict(list)
    ended: dict[tuple[str, str], list[PositionLine]] = defaultdict(list)
    for row in rows:
        if row.claim_id in links:
            over = row.until <= viewpoint.as_of
            until = row.until_text if over else None
            line = PositionLine(viewpoint.text(row, "text"), row.since_text, until, links[row.claim_id])
            (ended if over else held)[row.party_id, row.kind].append(line)
    kinds = tuple(PositionKind)
    cells = tuple(
        tuple(LedgerCell(party, kind, tuple(held[party, kind]), tuple(ended[party, kind])) for kind in kinds)
        for party in parties
    )
    return Ledger(kinds, cells, _count_sources(session, issue, viewpoint))


def top_positions(ledger: Ledger) -> tuple[TopPosition, ...]:
    """The top position of each party of a ledger, in its order."""
    return tuple(_top_position(row) for row in ledger.rows)


def _top_position(row: Sequence[LedgerCell]) -> TopPosition:
    moving = [cell for cell in row if cell.kind in (PositionKind.ASKS, PositionKind.OFFERS)]
    for cell in moving:
        if cell.positions:
            return TopPosition(cell.party, cell.kind, cell.positions[-1])
    ended = [(cell.kind, line) for cell in moving for line in cell.ended]
    if not ended:
        return TopPosition(row[0].party, PositionKind.ASKS, None)
    kind, line = max(ended, key=lambda each: each[1].since)
    return TopPosition(row[0].party, kind, line)


def _read_symmetry(session: Session, issue: str, ledger: Ledger, viewpoint: Viewpoint) -> tuple[Side, ...]:
    """For each party of a ledger, in its order, how much of the issue is told from its side on the day of the view."""
    words = dict(_own_words(sets_as_of(session, viewpoint.as_of), issue))
    return tuple(
        Side(
            party=row[0].party,
            positions=sum(len(cell.positions) + len(cell.ended) for cell in row),
            own_word=words.get(row[0].party, 0),
        )
        for row in ledger.rows
    )


def _own_words(sets: Sets, issue: str) -> Iterator[tuple[str, int]]:
    """Each party with how many claims about an issue are its own word."""
    told = sets.having(Listing.CLAIMS, "issue", (issue,)) & sets.having(
        Listing.CLAIMS, "attribution", (Attribution.PARTY,)
    )
    for party, said in sets.values.get(Listing.CLAIMS, {}).get("speaker", {}).items():
        yield party, told.intersection_cardinality(said)


def _count_sources(session: Session, issue: str, viewpoint: Viewpoint) -> int:
    """How many published sources the claims of an issue cite."""
    sets = sets_as_of(session, viewpoint.as_of)
    about = sets.having(Listing.CLAIMS, "issue", (issue,))
    return sum(about.intersect(cited) for cited in sets.values.get(Listing.CLAIMS, {}).get("source", {}).values())


def _read_drivers(session: Session, issue: str, viewpoint: Viewpoint) -> tuple[DriverLine, ...]:
    rows = session.exec(
        select(Driver)
        .join(DriverIssue, col(DriverIssue.driver_id) == col(Driver.id))
        .where(DriverIssue.issue_id == issue)
        .order_by(col(Driver.ordinal))
    )
    return tuple(DriverLine(row.id, viewpoint.text(row, "name"), viewpoint.text(row, "description")) for row in rows)
