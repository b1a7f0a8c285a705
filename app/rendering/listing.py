"""Presents a filtered list: facets, chips, pages and orders as ready-made words and addresses. Pure functions."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from app.filters import DEFAULT_SORT, FACETS, KINDS, Filter, Sort
from app.queries.listings import Counts, Listed
from app.releases.opening import Names
from app.rendering.addresses import Addresses
from app.rendering.formats import format_name
from app.rendering.labels import LABELS, date_bound, label
from app.rendering.translations import N_, translations
from app.vocabulary import Listing, Rank
from app.words import fold

OPEN_AT_FIRST = ("in", "issue", "status", "attribution", "kind")
"""The facets that show their values without being opened."""


MOST_LINKS = 20
"""How many values of a facet are links: of more than these, those that most entries have, and those chosen."""


class FacetValue(Struct):
    """One value of a facet: choosing it leads to ``href``, which drops it again where it is already chosen.

    Not frozen, which makes each of the hundred of a page cost four times as much.
    """

    value: str
    name: str
    count: int
    chosen: bool
    href: str


class OtherValue(Struct, frozen=True):
    """A value among the many of a facet, to choose from a menu."""

    value: str
    name: str
    count: int


class Facet(Struct, frozen=True):
    """The values that may be chosen; where they are very many, the ``others`` are left to a menu of the form."""

    parameter: str
    name: str
    values: tuple[FacetValue, ...]
    open: bool
    others: tuple[OtherValue, ...] = ()


class Chip(Struct, frozen=True):
    """Something the reader chose; ``href`` leads to the same view without it."""

    parameter: str
    value: str
    text: str
    href: str
    without: int | None = None
    """How many entries there would be without it, where there are none with it."""


class SortChoice(Struct, frozen=True):
    value: str
    name: str
    chosen: bool


class ListingView(Struct, frozen=True):
    """All that surrounds the entries of a list. ``hidden`` are the form's fields that have no visible control.

    ``current`` is how many of the ``count`` are not deprecated; ``None`` for a list of anything but claims. Where it is
    not ``complete``, more entries hold the words than are counted and shown.
    """

    action: str
    count: int
    complete: bool
    current: int | None
    facets: tuple[Facet, ...]
    chips: tuple[Chip, ...]
    clear: str
    hidden: tuple[tuple[str, str], ...]
    q: str
    from_: str
    to: str
    sorts: tuple[SortChoice, ...]
    page: int
    pages: int
    previous: str | None
    next: str | None


def present_listing(
    *,
    listing: Listing | None,
    path: str,
    chosen: Filter,
    listed: Listed,
    counts: Counts,
    names: Names,
    to: Addresses,
    without: Mapping[str, int],
    left_out: Sequence[str] = (),
) -> ListingView:
    """Present one page of a list at ``path``; the search is the list ``None``.

    ``without`` says, for each chosen parameter, how many entries there would be without it (asked only for an empty
    list); ``left_out`` are facets that the page itself fixes.
    """
    chips = tuple(_chips(chosen, path, names, to, without))
    sort = chosen.sort or DEFAULT_SORT[listing]
    in_form = {"from", "to", "q", "sort", "page"}
    return ListingView(
        action=to.page(path, Filter()),
        count=listed.count,
        complete=listed.complete,
        current=listed.count - _deprecated(chosen, counts) if listing is Listing.CLAIMS else None,
        facets=tuple(_facets(listing, path, chosen, counts, names, to, left_out)),
        chips=chips,
        clear=to.page(path, chosen.unfiltered()),
        hidden=tuple(pair for pair in chosen.pairs() if pair[0] not in in_form),
        q=chosen.q or "",
        from_=chosen.from_ or "",
        to=chosen.to or "",
        sorts=tuple(
            # The default of the search has no word in the address.
            SortChoice(each or "", label("sort", each or "relevance", to.language), each == sort)
            for each in _sorts(listing)
        ),
        page=chosen.page,
        pages=listed.pages,
        previous=to.page(path, chosen.at_page(chosen.page - 1)) if chosen.page > 1 else None,
        next=to.page(path, chosen.at_page(chosen.page + 1)) if chosen.page < listed.pages else None,
    )


PAGE = N_("page %(page)s")
SINCE = N_("since release %(release)s")
LEFT_OUT = N_("without %(evidence)s")


def describe_filter(chosen: Filter, path: str, names: Names, to: Addresses) -> str:
    """What a reader chose, in words, as a bookmark of the view is called: "Ownership, Disputed, page 2"."""
    language = to.language
    say = translations(language).gettext
    words = [chip.text for chip in _chips(replace(chosen, as_of=None), path, names, to, {})]
    words += [name_of("scenario", each, names, language) for each in chosen.scenario]
    words += [f"{name_of('scenario', scenario, names, language)} {weight}" for scenario, weight in chosen.weights]
    for each in chosen.values("without"):
        kind, _, value = each.partition(":")
        evidence = name_of(kind, value, names, language) if kind == "attribution" else value
        words.append(say(LEFT_OUT) % {"evidence": evidence})
    words += [f"{name} = {reading}" for name, reading in chosen.x]
    words += [name_of("publisher", each, names, language) for each in chosen.publisher]
    if chosen.since:
        words.append(say(SINCE) % {"release": chosen.since})
    if chosen.page > 1:
        words.append(say(PAGE) % {"page": chosen.page})
    if chosen.as_of:
        words.append(date_bound("as_of", chosen.as_of.isoformat(), language))
    return ", ".join(words)


def _deprecated(chosen: Filter, counts: Counts) -> int:
    """How many of the entries let through are deprecated; the counts of a facet leave its own choice out."""
    shown = not chosen.rank or Rank.DEPRECATED in chosen.rank
    return counts.get("rank", {}).get(Rank.DEPRECATED, 0) if shown else 0


def name_of(parameter: str, value: str, names: Names, language: str) -> str:
    """What a reader sees for a facet value, whether the vocabulary or the dossier decides it."""
    if parameter in LABELS:
        return label(parameter, value, language)
    found = names[parameter].get(value)
    return format_name(found, language) if found else value


def _sorts(listing: Listing | None) -> tuple[Sort | None, ...]:
    if listing is None:
        return (None, Sort.NEWEST, Sort.OLDEST)
    return (Sort.NEWEST, Sort.OLDEST, Sort.LISTED) if listing is Listing.FIGURES else (Sort.NEWEST, Sort.OLDEST)


def _order(parameter: str, listing: Listing | None, names: Names) -> Sequence[str]:
    if parameter == "kind":
        return KINDS[listing]
    return tuple(LABELS[parameter]) if parameter in LABELS else tuple(names[parameter])


def _facets(
    listing: Listing | None,
    path: str,
    chosen: Filter,
    counts: Counts,
    names: Names,
    to: Addresses,
    left_out: Sequence[str],
) -> Iterable[Facet]:
    for parameter in ("in", *FACETS):
        if parameter in left_out:
            continue
        selected = chosen.values(parameter)
        counted, toggled = counts.get(parameter, {}), chosen.toggles(parameter)
        held = [each for each in _order(parameter, listing, names) if counted.get(each) or each in selected]
        linked, others = _most(held, counted, selected)
        values = tuple(
            FacetValue(
                value=value,
                name=name_of(parameter, value, names, to.language),
                count=counted.get(value, 0),
                chosen=value in selected,
                href=to.in_language(to.language, path, toggled(value)),
            )
            for value in linked
        )
        if values:
            menu = [OtherValue(each, name_of(parameter, each, names, to.language), counted[each]) for each in others]
            yield Facet(
                parameter,
                label("parameter", parameter, to.language),
                values,
                parameter in OPEN_AT_FIRST or bool(selected),
                tuple(sorted(menu, key=lambda other: fold(other.name))),
            )


def _most(
    values: Sequence[str], counted: Mapping[str, int], selected: Sequence[str]
) -> tuple[Sequence[str], Sequence[str]]:
    """The values of a facet that are links, and those that are not: all are where they are few."""
    if len(values) <= MOST_LINKS:
        return values, ()
    by_count = sorted(values, key=lambda each: (each not in selected, -counted.get(each, 0)))
    linked = max(MOST_LINKS, len(selected))
    return by_count[:linked], by_count[linked:]


def _chips(chosen: Filter, path: str, names: Names, to: Addresses, without: Mapping[str, int]) -> Iterable[Chip]:
    language = to.language
    if chosen.q:
        yield Chip(
            "q",
            chosen.q,
            f"“{chosen.q}”" if language == "en" else f"«\u00a0{chosen.q}\u00a0»",
            to.page(path, chosen.without("q")),
            without.get("q"),
        )
    for parameter in ("in", *FACETS):
        for value in chosen.values(parameter):
            name = name_of(parameter, value, names, language)
            href = to.page(path, chosen.toggled(parameter, value))
            yield Chip(parameter, value, name, href, without.get(parameter))
    for parameter, day in (("from", chosen.from_), ("to", chosen.to)):
        if day:
            href = to.page(path, chosen.without(parameter))
            yield Chip(parameter, day, date_bound(parameter, day, language), href, without.get(parameter))
    if chosen.as_of:
        day = chosen.as_of.isoformat()
        href = replace(to, as_of=None).page(path, replace(chosen, as_of=None, page=1))
        yield Chip("as_of", day, date_bound("as_of", day, language), href)
