"""Presents the list of mentions: facets, chips and pages, from the mentions themselves. Pure functions."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from app.filters import DEFAULT_SIZE, Filter
from app.releases.opening import Name, Names
from app.rendering.addresses import Addresses
from app.rendering.labels import label
from app.rendering.listing import Chip, Facet, FacetValue, ListingView
from app.vocabulary import Listing
from app.watch.mentions import Mention

FACETS = ("issue", "party", "publisher")
SIZE = DEFAULT_SIZE[Listing.CLAIMS]
"""Mentions on a page; the filter reads the size of a page as that of claims."""


class MentionsSince(Struct, frozen=True):
    """The latest of the unreviewed mentions, how many there are, and where all of them are listed."""

    latest: tuple[Mention, ...]
    count: int
    href: str


def publisher_id(publisher: str) -> str:
    """A publisher's name as an address has it: ``us-sec-edgar``."""
    plain = unicodedata.normalize("NFKD", publisher.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "publisher"


def publisher_names(mentions: Iterable[Mention]) -> dict[str, Name]:
    """The publishers there are, by name."""
    names = sorted({each.publisher for each in mentions})
    return {publisher_id(name): Name(name, name) for name in names}


def values_of(mention: Mention, parameter: str) -> Sequence[str]:
    """What a mention says to a parameter."""
    if parameter == "issue":
        return mention.issues
    return mention.parties if parameter == "party" else (publisher_id(mention.publisher),)


def let_through(mention: Mention, chosen: Filter, but: str | None = None) -> bool:
    """Whether a mention has a chosen value of every parameter, one of them aside."""
    return all(
        not chosen.values(parameter) or set(chosen.values(parameter)) & set(values_of(mention, parameter))
        for parameter in FACETS
        if parameter != but
    )


def present_mentions(
    mentions: Sequence[Mention], *, path: str, chosen: Filter, names: Names, to: Addresses
) -> tuple[Sequence[Mention], ListingView]:
    """The mentions that a filter lets through, and what surrounds a page of them.

    The counts of a facet leave its own choice out, as on every list. The page asked for may lie past the end.
    """
    shown = [each for each in mentions if let_through(each, chosen)]
    size = chosen.size or SIZE
    pages = max(1, -(-len(shown) // size))
    facets, chips = [], []
    for parameter in FACETS:
        counted = Counter(
            value
            for each in mentions
            if let_through(each, chosen, parameter)
            for value in set(values_of(each, parameter))
        )
        selected = chosen.values(parameter)
        values = []
        for value, name in names[parameter].items():
            if not counted[value] and value not in selected:
                continue
            words, href = name.in_language(to.language), to.page(path, chosen.toggled(parameter, value))
            values.append(FacetValue(value, words, counted[value], value in selected, href))
            if value in selected:
                without = sum(let_through(each, chosen, parameter) for each in mentions) if not shown else None
                chips.append(Chip(parameter, value, words, href, without))
        if values:
            facets.append(Facet(parameter, label("parameter", parameter, to.language), tuple(values), open=True))
    return shown, ListingView(
        action=to.page(path, Filter()),
        count=len(shown),
        current=None,
        facets=tuple(facets),
        chips=tuple(chips),
        clear=to.page(path, chosen.unfiltered()),
        hidden=(),
        q="",
        from_="",
        to="",
        sorts=(),
        page=chosen.page,
        pages=pages,
        previous=to.page(path, chosen.at_page(chosen.page - 1)) if chosen.page > 1 else None,
        next=to.page(path, chosen.at_page(chosen.page + 1)) if chosen.page < pages else None,
        complete=True,
    )
