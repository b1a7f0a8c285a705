"""The filter: what an address asks a list to show. One definition serves every list and every page.

``Filter`` ↔ query string is exact in both directions: ``parse_filter(Filter.pairs())`` gives the same filter, and
two addresses that ask the same have one canonical form (defaults left out, parameters and values in a fixed order).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import replace

from app.dates import FORMS, IncompleteDate
from app.vocabulary import (
    Attribution,
    ClaimKind,
    ClaimStatus,
    DevelopmentKind,
    Flag,
    Listing,
    Rank,
    SourceKind,
    TermKind,
    Unit,
)

FACETS = ("issue", "party", "status", "kind", "attribution", "source", "impact", "driver", "flag", "rank")
"""The parameters with listed values. Repeating one means OR; different ones mean AND."""

LISTING_PARAMETERS = (*FACETS, "from", "to", "q", "as_of", "sort", "page", "size")
"""What every list takes, in the order of a canonical address."""

TIMELINE_PARAMETERS = (*FACETS, "from", "to", "q", "as_of")
"""What the chart of the timeline takes: it has no pages and one order."""

WEIGHT = "w."
"""How a reader's weight of a scenario begins: ``w.drift``. Where a page accepts it, it stands for one parameter for
each scenario of the dossier.
"""

SEARCH_PARAMETERS = (*LISTING_PARAMETERS, "in")
"""What the search takes: what every list does, and the kinds of entries to look among."""

PANEL_PARAMETERS = ("impact", "as_of", "scenario", WEIGHT, "cell")
"""What the scenario panel takes."""

EVIDENCE_PARAMETERS = ("as_of", "without")
"""What the evidence against the scenarios takes; ``without`` leaves out ``attribution:WORD`` or ``claim:ID``."""

PLAIN_PARAMETERS = ("as_of",)
"""What a page without a list takes."""

MENTIONS_PARAMETERS = ("issue", "party", "publisher", "as_of", "page", "size")
"""What the list of mentions takes; ``publisher`` is its own parameter, as a mention is no entry of the record."""

INPUT = "x."
"""How the reading chosen for an input of a calculation begins: ``x.CALCULATION.NAME``; one parameter for each input."""

EXPOSURE_PARAMETERS = ("as_of", INPUT)
"""What the calculations take."""

PAGED_PARAMETERS = ("as_of", "page", "size")
"""What a list without a filter takes."""

CHANGES_PARAMETERS = ("as_of", "page", "size", "since")
"""What the changes between two releases take; ``since`` is the earlier one."""

ORDER = (*LISTING_PARAMETERS, "scenario", WEIGHT, "cell", "without", "in", "publisher", "since")

LISTED = (*FACETS, "scenario", "without", "in", "publisher")
"""The parameters that take listed values, one or more."""

MAX_SIZE = 200
MAX_PAGE = 100_000
MAX_WORDS = 200
"""How many characters are searched for; of a longer text the first ones, to the end of a word."""
MAX_WEIGHT = Decimal("999999999.999")
"""The largest weight: nine digits and three decimals."""
WEIGHT_FORM = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?")


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    LISTED = "listed"


DEFAULT_SORT: Mapping[Listing | None, Sort | None] = {
    Listing.CLAIMS: Sort.NEWEST,
    Listing.DEVELOPMENTS: Sort.OLDEST,
    Listing.FIGURES: Sort.LISTED,
    Listing.SOURCES: Sort.NEWEST,
    Listing.GLOSSARY: Sort.LISTED,
    None: None,
}
"""How each list is ordered unless the reader says otherwise; the search, ``None``, by relevance."""

JOINERS = "\u00ad\u200c\u200d"
"""Soft hyphen and joiners: invisible, and part of what people paste; every other invisible sign is passed over."""

DEFAULT_SIZE: Mapping[Listing | None, int] = {
    Listing.CLAIMS: 30,
    Listing.DEVELOPMENTS: 200,
    Listing.FIGURES: 50,
    Listing.SOURCES: 100,
    Listing.GLOSSARY: 100,
    None: 30,
}
"""How many entries a page of each list shows; a development or a source is a few lines, a claim a paragraph."""

_KINDS: Mapping[Listing | None, tuple[str, ...]] = {
    Listing.CLAIMS: tuple(ClaimKind),
    Listing.DEVELOPMENTS: tuple(DevelopmentKind),
    Listing.FIGURES: tuple(Unit),
    Listing.SOURCES: tuple(SourceKind),
    Listing.GLOSSARY: tuple(TermKind),
}
KINDS: Mapping[Listing | None, tuple[str, ...]] = {
    **_KINDS,
    None: tuple(dict.fromkeys(str(kind) for kinds in _KINDS.values() for kind in kinds)),
}
"""The values of ``kind`` in each list; the search takes those of all."""

FIXED: Mapping[str, tuple[str, ...]] = {
    "status": tuple(ClaimStatus),
    "attribution": tuple(Attribution),
    "flag": tuple(Flag),
    "rank": tuple(Rank),
    "in": tuple(Listing),
}


class Fault(StrEnum):
    """Why a parameter was refused; the page says each in the reader's language."""

    UNKNOWN_PARAMETER = "unknown-parameter"
    UNKNOWN_VALUE = "unknown-value"
    NOT_A_DATE = "not-a-date"
    NOT_A_DAY = "not-a-day"
    FUTURE = "future"
    BACKWARDS = "backwards"
    NOT_A_NUMBER = "not-a-number"
    NOT_A_WEIGHT = "not-a-weight"
    ALL_ZERO = "all-zero"
    REPEATED = "repeated"
    PAST_THE_END = "past-the-end"
    TOO_MANY = "too-many"


class BadParameter(ValueError):
    """A parameter that cannot be understood: which, its value, why, and what it takes."""

    def __init__(self, parameter: str, value: str, fault: Fault, expected: Sequence[str] = ()) -> None:
        super().__init__(f"{parameter}={value[:80]!r}: {fault}")
        self.parameter, self.value, self.fault, self.expected = parameter, value, fault, tuple(expected)


class Filter(Struct, frozen=True, dict=True):
    """What to show. Tuples of values are sorted and hold each value once.

    ``weights`` are a reader's own weights of scenarios, (scenario, number), the numbers as decimals without a needless
    zero. A scenario that is not named weighs nothing as soon as any is, so a weight of zero is left out. ``cell`` is
    the impact whose reasoning is unfolded.
    """

    issue: tuple[str, ...] = ()
    party: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    attribution: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    impact: tuple[str, ...] = ()
    driver: tuple[str, ...] = ()
    flag: tuple[str, ...] = ()
    rank: tuple[str, ...] = ()
    from_: str | None = None
    to: str | None = None
    q: str | None = None
    as_of: date | None = None
    sort: Sort | None = None
    page: int = 1
    size: int | None = None
    scenario: tuple[str, ...] = ()
    weights: tuple[tuple[str, str], ...] = ()
    cell: str | None = None
    without_: tuple[str, ...] = ()
    x: tuple[tuple[str, str], ...] = ()
    """The readings chosen for the inputs of calculations: (``CALCULATION.INPUT``, reading)."""
    in_: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    since: str | None = None

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the canonical address: defaults left out, in their fixed order."""
        return _pairs_of(self, _written())

    def query(self) -> str:
        """The canonical query string, with its question mark; empty where nothing is asked."""
        return "?" + "&".join([_encoded(*pair) for pair in pairs]) if (pairs := self.pairs()) else ""

    def values(self, parameter: str) -> tuple[str, ...]:
        """The values chosen for a facet."""
        chosen: tuple[str, ...] = getattr(self, _field(parameter))
        return chosen

    def toggled(self, parameter: str, value: str) -> "Filter":
        """The same filter with one facet value switched over, back on the first page, no cell unfolded."""
        chosen = set(self.values(parameter)) ^ {value}
        changes: dict[str, Any] = {_field(parameter): tuple(sorted(chosen)), "page": 1, "cell": None}
        return replace(self, **changes)

    def toggles(self, parameter: str) -> Callable[[str], str]:
        """The query of :meth:`toggled` for any value of a facet: what all its values have in common is written once."""
        name, chosen = _field(parameter), set(self.values(parameter))
        place = next(n for n, each in enumerate(_written()) if each[0] == name)
        before = "&".join([each for n, each in self._on_first_page if n < place])
        after = "&".join([each for n, each in self._on_first_page if n > place])

        def query(value: str) -> str:
            values = "&".join([_encoded(parameter, each) for each in sorted(chosen ^ {value})])
            parts = [each for each in (before, values, after) if each]
            return "?" + "&".join(parts) if parts else ""

        return query

    @cached_property
    def _on_first_page(self) -> list[tuple[int, str]]:
        """The parameters of the same filter on its first page, no cell unfolded: each with the place of its field, as
        it stands in an address.
        """
        first = replace(self, page=1, cell=None)
        return [(n, _encoded(*pair)) for n, each in enumerate(_written()) for pair in _pairs_of(first, (each,))]

    def without(self, parameter: str) -> "Filter":
        """The same filter with one parameter dropped, back on the first page."""
        name = _field(parameter)
        default = next(default for each, default, *_ in _written() if each == name)
        changes: dict[str, Any] = {name: default, "page": 1}
        return replace(self, **changes)

    def weight(self, scenario: str) -> Fraction:
        """The reader's weight of a scenario, in the reader's own units."""
        return Fraction(dict(self.weights).get(scenario, "0"))

    def unweighted(self) -> "Filter":
        """The same filter without the reader's weights."""
        return replace(self, weights=())

    def opening(self, cell: str) -> "Filter":
        """The same filter with a cell of the panel unfolded."""
        return replace(self, cell=cell)

    def at_page(self, page: int) -> "Filter":
        return replace(self, page=page)

    @property
    def is_picked(self) -> bool:
        """Whether the panel shows only some scenarios or areas."""
        return bool(self.scenario or self.impact)

    def at_day(self, day: date) -> "Filter":
        return replace(self, as_of=day)

    def unfiltered(self) -> "Filter":
        """Only the day of the view kept: what 'clear all' leads to."""
        return Filter(as_of=self.as_of)

    @property
    def is_narrowed(self) -> bool:
        """Whether any entry may be left out by choice of the reader."""
        return bool(self.from_ or self.to or self.q or any(self.values(each) for each in FACETS))


Written = Sequence[tuple[str, Any, str, str]]
"""How fields are written: each one's name, its default, its parameter or the prefix of its parameters."""


def _pairs_of(chosen: Filter, written: Written) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    # A page asks for hundreds of addresses, so what the fields say of themselves is read once.
    for name, default, parameter, prefix in written:
        value = getattr(chosen, name)
        if value == default:
            continue
        if prefix:
            found.extend((f"{prefix}{each}", one) for each, one in value)
        elif isinstance(value, tuple):
            found.extend((parameter, one) for one in value)
        else:
            found.append((parameter, str(value)))
    return found


@lru_cache(maxsize=8192)
def _encoded(parameter: str, value: str) -> str:
    return urlencode([(parameter, value)], safe=":")


_PREFIXES = {"weights": WEIGHT, "x": INPUT}
"""The fields that hold a family of parameters, and what the names of those begin with."""


@cache
def _written() -> Written:
    """How each field of a filter is written."""
    return tuple(
        (name, default, name.removesuffix("_"), _PREFIXES.get(name, ""))
        for name, default in zip(Filter.__struct_fields__, Filter.__struct_defaults__, strict=True)
    )


def _field(parameter: str) -> str:
    """The field of a parameter; one whose word means something to Python or to the filter has an underscore."""
    return f"{parameter}_" if parameter in ("from", "in", "without") else parameter


def parameters_of(
    accepted: Sequence[str], *, known: Mapping[str, Iterable[str]], inputs: Mapping[str, Sequence[str]]
) -> list[str]:
    """The names of all parameters that a page takes: families such as the weights written out."""
    families = {WEIGHT: [f"{WEIGHT}{each}" for each in known["scenario"]], INPUT: [f"{INPUT}{each}" for each in inputs]}
    return [name for each in accepted for name in families.get(each, [each])]


def allowed_values(parameter: str, *, listing: Listing | None, known: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The values that a parameter with listed values takes on a list."""
    if parameter == "kind":
        return KINDS[listing]
    allowed = FIXED.get(parameter) or tuple(known.get(parameter, ()))
    return (*(f"attribution:{each}" for each in Attribution), *allowed) if parameter == "without" else allowed


def allowed_sorts(listing: Listing | None) -> tuple[Sort, ...]:
    """The orders that a list may be put in; the search has no order of the dossier."""
    return tuple(Sort) if listing else (Sort.NEWEST, Sort.OLDEST)


def parse_filter(
    pairs: Iterable[tuple[str, str]],
    *,
    listing: Listing | None,
    known: Mapping[str, Iterable[str]],
    today: date,
    accepted: Sequence[str] = LISTING_PARAMETERS,
    inputs: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Filter:
    """Read a filter from the parameters of an address.

    ``listing`` is ``None`` for the search, which looks among all of them. ``known`` holds the values that the dossier
    decides (issue, party, source, impact, driver, scenario, and the ``claim:ID`` of ``without``); ``accepted`` are the
    parameters that the page takes; ``inputs`` are the readings that each input of a calculation may have, the default
    first. Whether ``cell`` is one of the cells shown, and ``since`` a release, is for their pages to say. Empty values
    count as not given: a form sends its empty fields. Anything not understood raises ``BadParameter``; nothing is
    ignored.
    """
    given: dict[str, list[str]] = {}
    taken = parameters_of(accepted, known=known, inputs=inputs)
    for parameter, value in pairs:
        if parameter not in taken:
            raise BadParameter(parameter, value, Fault.UNKNOWN_PARAMETER, taken)
        if value.strip():
            given.setdefault(parameter, []).append(value)
    chosen: dict[str, Any] = {}
    for parameter in LISTED:
        allowed = allowed_values(parameter, listing=listing, known=known)
        for value in given.get(parameter, ()):
            if value not in allowed:
                raise BadParameter(parameter, value, Fault.UNKNOWN_VALUE, allowed)
        chosen[_field(parameter)] = tuple(sorted(set(given.get(parameter, ()))))
    single = {parameter: _single(parameter, given) for parameter in LISTING_PARAMETERS if parameter not in FACETS}
    chosen["from_"], chosen["to"] = (_incomplete(each, single[each]) for each in ("from", "to"))
    since, until = chosen["from_"], chosen["to"]
    if since and until and IncompleteDate.parse(since).first > IncompleteDate.parse(until).last:
        raise BadParameter("from", since, Fault.BACKWARDS, [f"to={until}"])
    chosen["q"] = _words(single["q"])
    chosen["as_of"] = _day(single["as_of"], today)
    chosen["sort"] = _sort(single["sort"], listing)
    chosen["page"] = _number("page", single["page"], MAX_PAGE) or 1
    size = _number("size", single["size"], MAX_SIZE)
    chosen["size"] = None if size == DEFAULT_SIZE[listing] else size
    chosen["weights"] = _weights(given, known)
    chosen["cell"] = _single("cell", given)
    chosen["since"] = _single("since", given)
    chosen["x"] = tuple(sorted(_readings(given, inputs)))
    return Filter(**chosen)


def _weights(given: Mapping[str, list[str]], known: Mapping[str, Iterable[str]]) -> tuple[tuple[str, str], ...]:
    """The weights above zero, by scenario. Where weights are given and all are zero, they weigh nothing: refused."""
    found: list[tuple[str, str]] = []
    zero: tuple[str, str] | None = None
    for scenario in sorted(known["scenario"]):
        parameter = f"{WEIGHT}{scenario}"
        value = _single(parameter, given)
        if value is None:
            continue
        if not WEIGHT_FORM.fullmatch(value.strip()):
            raise BadParameter(parameter, value, Fault.NOT_A_WEIGHT, ["0", f"{MAX_WEIGHT}"])
        number = Decimal(value.strip())
        if number:
            # ``normalize`` would write 50 as 5E+1; the format takes that back.
            found.append((scenario, f"{number.normalize():f}"))
        else:
            zero = zero or (parameter, value)
    if zero and not found:
        raise BadParameter(*zero, Fault.ALL_ZERO, [f"{WEIGHT}{each}" for each in known["scenario"]])
    return tuple(found)


def _readings(given: Mapping[str, list[str]], inputs: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """The readings chosen that are not the default."""
    for name, allowed in inputs.items():
        value = _single(f"{INPUT}{name}", given)
        if value is not None and value not in allowed:
            raise BadParameter(f"{INPUT}{name}", value, Fault.UNKNOWN_VALUE, allowed)
        if value is not None and value != allowed[0]:
            yield name, value


def _single(parameter: str, given: Mapping[str, list[str]]) -> str | None:
    values = list(dict.fromkeys(given.get(parameter, ())))
    if len(values) > 1:
        raise BadParameter(parameter, values[1], Fault.REPEATED, values)
    return values[0] if values else None


def _incomplete(parameter: str, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        return IncompleteDate.parse(value.strip()).text
    except ValueError:
        raise BadParameter(parameter, value, Fault.NOT_A_DATE, FORMS) from None


def _day(value: str | None, today: date) -> date | None:
    if value is None:
        return None
    try:
        day = IncompleteDate.parse(value.strip())
    except ValueError:
        raise BadParameter("as_of", value, Fault.NOT_A_DAY, ["YYYY-MM-DD"]) from None
    if day.first != day.last:
        raise BadParameter("as_of", value, Fault.NOT_A_DAY, ["YYYY-MM-DD"])
    if day.first > today:
        raise BadParameter("as_of", value, Fault.FUTURE, [today.isoformat()])
    return day.first


def is_shortened(pairs: Iterable[tuple[str, str]]) -> bool:
    """Whether the words of an address are more than are searched for."""
    return any(parameter == "q" and len(_plain(value)) > MAX_WORDS for parameter, value in pairs)


def _plain(text: str) -> str:
    """A text on one line, without the signs that are none."""
    return " ".join("".join(sign if sign.isprintable() or sign in JOINERS else " " for sign in text).split())


def _words(value: str | None) -> str | None:
    """The words sought. People paste anything: whatever it is gets an answer, for as much of it as is looked for."""
    words = _plain(value or "")
    if len(words) > MAX_WORDS:
        words = words[: MAX_WORDS + 1].rpartition(" ")[0] or words[:MAX_WORDS]
    return words or None


def _sort(value: str | None, listing: Listing | None) -> Sort | None:
    if value is None:
        return None
    allowed = allowed_sorts(listing)
    if value not in allowed:
        raise BadParameter("sort", value, Fault.UNKNOWN_VALUE, allowed)
    return None if value == DEFAULT_SORT[listing] else Sort(value)


def _number(parameter: str, value: str | None, most: int) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 9 and 1 <= int(value) <= most):
        raise BadParameter(parameter, value, Fault.NOT_A_NUMBER, ["1", str(most)])
    return int(value)
