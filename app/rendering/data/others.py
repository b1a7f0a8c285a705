"""Terms, what a search finds, and pairs of claims that cannot both hold, as data."""

from typing import Annotated

from typing_extensions import TypedDict

from app.filters import Filter
from app.queries.contradictions import Contradiction
from app.queries.glossary import TermLine
from app.queries.search import Hit
from app.rendering.addresses import Addresses
from app.rendering.data.claims import RankWord, Status
from app.rendering.data.shapes import Address, Incomplete, one_of
from app.vocabulary import Listing, TermKind


class TermData(TypedDict):
    """A term in the reader's language and in the ``other``; ``caution`` where it misleads."""

    id: str
    url: Address
    kind: Annotated[str, one_of(TermKind)]
    term: str
    other: str
    definition: str
    caution: str | None
    claims: list[str]


class HitData(TypedDict):
    """An entry found: ``excerpt`` is in ``language``, ``marks`` are the words sought as the texts have them."""

    id: str
    url: Address
    kind: Annotated[str, one_of(Listing)]
    title: str
    excerpt: str | None
    language: str
    marks: list[str]
    date: Incomplete | None
    status: Status | None
    rank: RankWord | None


class ContradictionData(TypedDict):
    """Two claims that cannot both hold."""

    id: str
    url: Address
    kind: str
    claim: str
    against: str


def term_data(term: TermLine, to: Addresses) -> TermData:
    return {
        "id": term.id,
        "url": to.term(term.id),
        "kind": term.kind,
        "term": term.term,
        "other": term.other,
        "definition": term.definition,
        "caution": term.caution,
        "claims": [claim.id for claim in term.claims],
    }


def hit_data(hit: Hit, to: Addresses) -> HitData:
    """An entry found: ``excerpt`` is in ``language``, and ``marks`` are what was sought as the texts have it."""
    return {
        "id": hit.id,
        "url": to.entry(hit.kind, hit.id),
        "kind": hit.kind,
        "title": "".join(words for words, _ in hit.title),
        "excerpt": "".join(words for words, _ in hit.text) or None,
        "language": hit.language,
        "marks": list(dict.fromkeys(words for words, sought in (*hit.title, *hit.text) if sought)),
        "date": hit.date,
        "status": hit.status,
        "rank": hit.rank,
    }


def contradiction_data(pair: Contradiction, to: Addresses, chosen: Filter) -> ContradictionData:
    """A pair of the page that ``chosen`` says."""
    return {
        "id": f"{pair.claim.id}-{pair.against.id}",
        "url": to.page("/contradictions", chosen, anchor=f"pair-{pair.claim.id}-{pair.against.id}"),
        "kind": pair.kind,
        "claim": pair.claim.id,
        "against": pair.against.id,
    }
