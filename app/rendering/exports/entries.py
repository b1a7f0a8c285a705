"""The entries of a view, as every export writes them: the same entry is a row, an item of a feed and part of a pack.

An entry is one row, whatever it holds: where a cell has several values they are joined by `` | ``, and the n-th of one
column belongs to the n-th of its neighbours (see decision 0018).
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from msgspec import Struct, field

from app.queries.claims import ClaimCard
from app.queries.developments import DevelopmentEntry
from app.queries.figures import FigureCard, ReadingLine
from app.queries.glossary import TermLine
from app.queries.parties import PartyLine
from app.queries.scenarios import ImpactCell, ScenarioCard
from app.queries.search import Hit
from app.queries.sources import SourceCard
from app.rendering.addresses import Addresses
from app.rendering.changes import ChangeView, change_text
from app.rendering.formats import format_amount
from app.rendering.labels import label
from app.vocabulary import Listing
from app.watch.mentions import Mention

Value = str | int | Decimal | None
"""A number stays a number; what is text is made safe for spreadsheets, and ``None`` is an empty cell."""

SINGULAR: Mapping[Listing, str] = {
    Listing.CLAIMS: "claim",
    Listing.DEVELOPMENTS: "development",
    Listing.FIGURES: "figure",
    Listing.SOURCES: "source",
    Listing.GLOSSARY: "term",
}

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "claim": (
        *("url", "text", "kind", "status", "rank", "attribution", "speakers", "flags", "issues", "parties"),
        *("happened", "reported", "source", "publisher", "locator", "published", "grade", "stance", "source_url"),
    ),
    "development": ("url", "date", "kind", "title", "issues", "parties", "claims"),
    "figure": (
        *("url", "name", "description", "unit", "currency", "issues", "parties", "readings"),
        *("value", "bound", "measure", "condition", "as_of", "source", "locator", "claim"),
    ),
    "reading": (
        *("url", "figure", "value", "upper", "unit", "currency", "bound", "measure", "condition", "as_of", "literal"),
        *("source", "publisher", "locator", "claim", "claim_status", "claim_rank"),
    ),
    "source": (
        *("url", "title", "publisher", "kind", "language", "published", "access", "reliability", "relays", "claims"),
        "source_url",
    ),
    "term": ("url", "kind", "term", "other", "definition", "caution", "claims"),
    "impact": (
        *("url", "scenario", "area", "direction", "strength", "horizon", "firmness", "bearer", "reasoning"),
        *("likelihood", "claims"),
    ),
    "party": ("url", "name", "kind", "role"),
    "hit": ("url", "kind", "title", "excerpt", "language", "date", "status", "rank"),
    "list": ("url", "name", "count"),
    "mention": ("url", "title", "publisher", "address", "published", "seen", "language", "issues", "parties", "terms"),
    "change": ("url", "change", "kind", "title", "before", "after", "fields", "languages", "was", "is"),
}
"""The columns of each kind of entry, after ``id``."""


class Entry(Struct, frozen=True):
    """``cells`` follow ``COLUMNS[kind]``; ``urn`` names the entry for good, ``href`` is its page on this site.

    ``rests`` are the entries of lists whose changes are its own; ``sources`` the ids of the sources that it cites.
    """

    id: str
    urn: str
    href: str
    title: str
    summary: str
    cells: tuple[Value, ...]
    rests: tuple[tuple[Listing, str], ...] = ()
    sources: tuple[str, ...] = field(default=())


def joined(values: Iterable[str | None]) -> str:
    return " | ".join(value or "" for value in values)


def urn(kind: str, *names: str) -> str:
    return ":".join(("urn:faultlines", kind, *names))


def claim_entry(card: ClaimCard, to: Addresses) -> Entry:
    language, lines = to.language, card.evidence
    said = ", ".join((label("status", card.status, language), label("attribution", card.attribution, language)))
    return Entry(
        id=card.id,
        urn=urn("claim", card.id),
        href=to.claim(card.id),
        title=card.text,
        summary=f"{said}. {joined(f'{line.publisher}, {line.published}' for line in lines)}",
        cells=(
            *(to.claim(card.id), card.text, card.kind, card.status, card.rank, card.attribution),
            *(joined(each) for each in (card.speakers, card.flags, card.issues, card.parties)),
            *(card.happened, card.reported),
            joined(line.source for line in lines),
            joined(line.publisher for line in lines),
            joined(line.locator for line in lines),
            joined(line.published for line in lines),
            joined(f"{line.reliability}{line.credibility}" for line in lines),
            joined(line.stance for line in lines),
            joined(line.url for line in lines),
        ),
        rests=((Listing.CLAIMS, card.id),),
        sources=tuple(line.source for line in lines),
    )


def development_entry(entry: DevelopmentEntry, to: Addresses) -> Entry:
    href = to.development(entry.id)
    return Entry(
        id=entry.id,
        urn=urn("development", entry.id),
        href=href,
        title=entry.title,
        summary=f"{entry.date}. {label('kind', entry.kind, to.language)}.",
        cells=(href, entry.date, entry.kind, entry.title, *map(joined, (entry.issues, entry.parties, entry.claims))),
        rests=((Listing.DEVELOPMENTS, entry.id),),
    )


def figure_entry(card: FigureCard, to: Addresses) -> Entry:
    lines = card.readings
    return Entry(
        id=card.id,
        urn=urn("figure", card.id),
        href=to.figure(card.id),
        title=card.name,
        summary=joined(f"{_amount(each, card, to.language)} ({each.publisher}, {each.as_of})" for each in lines),
        cells=(
            *(to.figure(card.id), card.name, card.description, card.unit, card.currency),
            *(joined(card.issues), joined(card.parties), len(lines)),
            joined(f"{each.value:f}" for each in lines),
            *(
                joined(getattr(each, name) for each in lines)
                for name in ("bound", "measure", "condition", "as_of", "source", "locator", "claim")
            ),
        ),
        rests=((Listing.FIGURES, card.id),),
        sources=tuple(each.source for each in lines),
    )


def _amount(line: ReadingLine, card: FigureCard, language: str) -> str:
    written = format_amount(line.value, card.unit, card.currency, language)
    if line.upper is not None:
        return f"{written} – {format_amount(line.upper, card.unit, card.currency, language)}"
    return written


def reading_entries(card: FigureCard, to: Addresses) -> list[Entry]:
    """One entry for each reading of a figure."""
    href = to.figure(card.id)
    return [
        Entry(
            id=each.id,
            urn=urn("reading", card.id, each.id),
            href=href,
            title=f"{card.name}: {_amount(each, card, to.language)}",
            summary=f"{each.publisher}, {each.as_of}. {each.measure_name}. {each.condition_name}.",
            cells=(
                *(href, card.id, each.value, each.upper, card.unit, card.currency, each.bound, each.measure),
                *(each.condition, each.as_of, each.literal, each.source, each.publisher, each.locator),
                *(each.claim, each.claim_status, each.claim_rank),
            ),
            rests=((Listing.CLAIMS, each.claim),),
            sources=(each.source,),
        )
        for each in card.readings
    ]


def source_entry(card: SourceCard, to: Addresses) -> Entry:
    return Entry(
        id=card.id,
        urn=urn("source", card.id),
        href=to.source(card.id),
        title=card.title,
        summary=f"{card.publisher}, {card.published}. {label('reliability', card.reliability, to.language)}.",
        cells=(
            *(to.source(card.id), card.title, card.publisher, card.kind, card.language, card.published, card.access),
            *(card.reliability, card.relays, card.claims, card.url),
        ),
        rests=((Listing.SOURCES, card.id),),
        sources=(card.id,),
    )


def term_entry(term: TermLine, to: Addresses) -> Entry:
    href, claims = to.term(term.id), joined(claim.id for claim in term.claims)
    return Entry(
        id=term.id,
        urn=urn("term", term.id),
        href=href,
        title=term.term,
        summary=" ".join(part for part in (term.definition, term.caution) if part),
        cells=(href, term.kind, term.term, term.other, term.definition, term.caution, claims),
        rests=((Listing.GLOSSARY, term.id), *((Listing.CLAIMS, claim.id) for claim in term.claims)),
    )


def impact_entry(card: ScenarioCard, cell: ImpactCell, area: str, to: Addresses) -> Entry:
    href, likelihood = to.cell(cell.id), cell.likelihood.word if cell.likelihood else None
    return Entry(
        id=cell.id,
        urn=urn("impact", cell.id),
        href=href,
        title=f"{card.name}: {area}",
        summary=cell.reasoning or "",
        cells=(
            *(href, cell.scenario, cell.area, cell.direction, cell.strength, cell.horizon, cell.firmness),
            *(cell.bearer, cell.reasoning, likelihood, joined(claim.id for claim in cell.claims)),
        ),
        rests=tuple((Listing.CLAIMS, claim.id) for claim in cell.claims),
    )


def party_entry(party: PartyLine, to: Addresses) -> Entry:
    href = to.party(party.id)
    return Entry(
        id=party.id,
        urn=urn("party", party.id),
        href=href,
        title=party.name,
        summary=party.role,
        cells=(href, party.name, party.kind, party.role),
    )


def hit_entry(hit: Hit, to: Addresses) -> Entry:
    href = to.entry(hit.kind, hit.id)
    title, text = ("".join(words for words, _ in each) for each in (hit.title, hit.text))
    return Entry(
        id=hit.id,
        urn=urn(SINGULAR[hit.kind], hit.id),
        href=href,
        title=title,
        summary=text,
        cells=(href, hit.kind.value, title, text, hit.language, hit.date, hit.status, hit.rank),
        rests=((hit.kind, hit.id),),
        sources=(hit.id,) if hit.kind is Listing.SOURCES else (),
    )


def list_entry(listing: Listing, name: str, href: str, count: int) -> Entry:
    """A whole list as one entry: how long it is."""
    return Entry(listing.value, urn("list", listing.value), href, name, str(count), (href, name, count))


def mention_entry(mention: Mention, to: Addresses) -> Entry:
    """What somebody said since; a program is told by the list's name, and by no grade, that it is no evidence."""
    href = to.page("/mentions", anchor=f"mention-{mention.id}")
    published = mention.published.isoformat() if mention.published else None
    return Entry(
        id=mention.id,
        urn=urn("mention", mention.id),
        href=href,
        title=mention.title,
        summary=f"{mention.publisher}, {mention.day.isoformat()}.",
        cells=(
            *(href, mention.title, mention.publisher, mention.address, published, mention.seen.isoformat()),
            *(mention.language, *map(joined, (mention.issues, mention.parties, mention.terms))),
        ),
    )


def change_entry(view: ChangeView, since: str, release: str, language: str) -> Entry:
    """An entry that changed from one release to another; the n-th field was the n-th value and is the n-th one now."""
    href = view.after or view.before or ""
    was, now = ([" · ".join(getattr(each, side)) for each in view.fields] for side in ("before", "after"))
    return Entry(
        id=view.id,
        urn=urn("change", since, release, view.id, language),
        href=href,
        title=f"{label('change', view.change, language)}: {view.title}",
        summary="; ".join(change_text(view).splitlines()),
        cells=(
            *(href, view.change.value, view.kind, view.title, view.before, view.after),
            joined(each.field for each in view.fields),
            joined(each.language for each in view.fields),
            joined(was),
            joined(now),
        ),
    )
