"""The documents that claims rest on."""

from collections.abc import Sequence

from msgspec import Struct
from sqlmodel import Session, col, select

from app.filters import Filter
from app.models import Source
from app.queries.claims import ClaimLink, Passage, read_passages
from app.queries.ladder import read_relayed
from app.queries.listings import all_ids, count_facet
from app.queries.sets import sets_as_of
from app.queries.viewpoint import Viewpoint
from app.vocabulary import Listing

MOST_CLAIMS = 300
"""How many of the claims that cite it a source's page lists, the newest; the card counts all."""


class SourceCard(Struct, frozen=True):
    id: str
    kind: str
    title: str
    publisher: str
    language: str
    published: str
    published_basis: str | None
    access: str
    url: str | None
    reliability: str
    basis: str
    note: str | None
    relays: str | None
    claims: int


class Cited(Struct, frozen=True):
    """A source and how many claims about an issue cite it; ``card.claims`` counts all that do."""

    card: SourceCard
    claims: int


class SourceStep(Struct, frozen=True):
    """A source further up the chain: the report that another passes on."""

    id: str
    publisher: str
    title: str
    published: str


class SourceDetail(Struct, frozen=True):
    """``passages`` are its locators with their claims; ``claims`` those that cite it as a whole."""

    card: SourceCard
    chain: tuple[SourceStep, ...]
    relayed_by: tuple[SourceStep, ...]
    passages: tuple[Passage, ...]
    claims: tuple[ClaimLink, ...]

    @property
    def left_out(self) -> int:
        """How many claims cite it that are not listed, where they are too many to be."""
        listed = {each.id for each in (*self.claims, *(each for one in self.passages for each in one.claims))}
        return self.card.claims - len(listed)


def list_most_cited(session: Session, *, issue: str, most: int, viewpoint: Viewpoint) -> tuple[Cited, ...]:
    """The sources that most claims about an issue cite, at most so many; of equals, in the order of their ids."""
    counts = count_facet(
        session,
        listing=Listing.CLAIMS,
        parameter="source",
        chosen=Filter(),
        as_of=viewpoint.as_of,
        scope=[("issue", issue)],
    )
    ids = sorted(counts, key=lambda each: (-counts[each], each))[:most]
    return tuple(Cited(card, counts[card.id]) for card in read_sources(session, ids=ids, viewpoint=viewpoint))


def read_sources(session: Session, *, ids: Sequence[str], viewpoint: Viewpoint) -> tuple[SourceCard, ...]:
    """The sources of these ids published by the day of the view, in the order of the ids."""
    sets = sets_as_of(session, viewpoint.as_of)
    rows = {
        row.id: row
        for row in session.exec(select(Source).where(col(Source.id).in_(ids), Source.visible_from <= viewpoint.as_of))
    }
    return tuple(
        SourceCard(
            id=row.id,
            kind=row.kind,
            title=viewpoint.text(row, "title"),
            publisher=viewpoint.text(row, "publisher"),
            language=row.language,
            published=row.published,
            published_basis=viewpoint.text_or_none(row, "published_basis"),
            access=row.access,
            url=row.url,
            reliability=row.reliability,
            basis=viewpoint.text(row, "basis"),
            note=viewpoint.text_or_none(row, "note"),
            relays=row.relays_id,
            claims=len(sets.having(Listing.CLAIMS, "source", (row.id,))),
        )
        for identifier in ids
        if (row := rows.get(identifier)) is not None
    )


def read_source(session: Session, *, identifier: str, viewpoint: Viewpoint) -> SourceDetail | None:
    """One source with its passages and claims; ``None`` where it was not published by the day of the view."""
    cards = read_sources(session, ids=[identifier], viewpoint=viewpoint)
    if not cards:
        return None
    newest = all_ids(
        session,
        listing=Listing.CLAIMS,
        chosen=Filter(source=(identifier,)),
        as_of=viewpoint.as_of,
        most=MOST_CLAIMS,
    )
    passages, whole = read_passages(session, source=identifier, claims=newest, viewpoint=viewpoint)
    relayed = read_relayed(session, ids=[identifier])[identifier]
    return SourceDetail(
        card=cards[0],
        chain=tuple(_step(row, viewpoint) for row in relayed[1:]),
        relayed_by=_read_relaying(session, identifier, viewpoint),
        passages=passages,
        claims=whole,
    )


def _step(row: Source, viewpoint: Viewpoint) -> SourceStep:
    return SourceStep(row.id, viewpoint.text(row, "publisher"), viewpoint.text(row, "title"), row.published)


def _read_relaying(session: Session, identifier: str, viewpoint: Viewpoint) -> tuple[SourceStep, ...]:
    rows = session.exec(
        select(Source)
        .where(Source.relays_id == identifier, Source.visible_from <= viewpoint.as_of)
        .order_by(col(Source.published_first), Source.id)
    )
    return tuple(_step(row, viewpoint) for row in rows)
