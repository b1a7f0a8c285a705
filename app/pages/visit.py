"""What a handler knows of a request: who reads what, from which release, as of which day, and how to answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any
from urllib.parse import parse_qsl, unquote_plus

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.caching.basis import Basis, rest_on
from app.current import CurrentRelease
from app.filters import (
    CHANGES_PARAMETERS,
    EVIDENCE_PARAMETERS,
    EXPOSURE_PARAMETERS,
    LISTING_PARAMETERS,
    MENTIONS_PARAMETERS,
    PAGED_PARAMETERS,
    PANEL_PARAMETERS,
    PLAIN_PARAMETERS,
    SEARCH_PARAMETERS,
    TIMELINE_PARAMETERS,
    BadParameter,
    Fault,
    Filter,
    is_shortened,
    parse_filter,
)
from app.pages.routing import (
    ATOM_SUFFIX,
    CITE_SUFFIXES,
    DATA_SUFFIX,
    KIND_OF,
    LINKED_SUFFIX,
    PACK_SUFFIX,
    TWINS,
    page_of,
    suffix_of,
    twin_of,
)
from app.queries.changes import Change, compare_releases, count_changes
from app.queries.viewpoint import Viewpoint
from app.releases.opening import Names, OpenRelease
from app.rendering.addresses import Addresses, frozen_of, path_of, root_of
from app.rendering.cards import ready_cards
from app.rendering.charts.frame import CSV_SUFFIX, SVG_SUFFIX, Chart, chart_csv, chart_data
from app.rendering.data import Data, filter_data
from app.rendering.data.documents import VERSION, Head
from app.rendering.exports.table import BOM
from app.rendering.formats import format_day, format_name
from app.rendering.listing import ListingView, describe_filter
from app.rendering.mentions import publisher_names
from app.rendering.respond import (
    Answer,
    entity_tag,
    matches,
    not_modified,
    render,
    render_data,
    render_drawing,
    render_table,
    wanted_fragment,
)
from app.rendering.terms import Lens
from app.rendering.translations import LANGUAGES
from app.settings import Settings
from app.shelf import Shelf
from app.source_texts import MountedText, SourceTexts
from app.vocabulary import Listing
from app.watch.mentions import Watched, WatchedFolder

Clock = Callable[[], date]


class Interrupted(Exception):
    """The request is answered before its handler runs: a redirect, or 304."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class PageNotFound(Exception):
    """There is nothing at this address, in this release, as of this day."""


class Since(Struct, frozen=True):
    """What the banner of a frozen page says; nothing else on the page depends on what is published later.

    ``is_current`` means that the release is still the one that is current; ``counts`` says how many entries changed
    until the current one, and ``changes`` is the address of the page that names them.
    """

    published: date
    is_current: bool
    counts: Mapping[Change, int]
    changes: str


class Frame(Struct, frozen=True):
    """What the frame of every page shows: the language, the addresses, the release and the day of the view.

    ``lasting`` is the address at which this view stays as it is, ``moving`` the one at which it stays up to date;
    ``twins`` are its other forms by their ending; ``since`` is what a frozen page says of the time after its release;
    ``shortened`` says that more words were asked for than are searched for; ``words`` say what was chosen.
    """

    language: str
    other_language: str
    here: str
    elsewhere: str
    to: Addresses
    today: date
    as_of: date
    is_past: bool
    now: str
    release: str
    compiled: date
    names: Names
    terms: Lens
    lasting: str
    moving: str
    twins: Mapping[str, str]
    since: Since | None = None
    query: tuple[tuple[str, str], ...] = ()
    shortened: bool = False
    words: str = ""

    def days_since(self, day: date) -> int:
        """How many days before the day of the view."""
        return (self.as_of - day).days

    @property
    def day(self) -> str:
        """The day of the view, as it is written."""
        return format_day(self.as_of, self.language)

    def all_names(self, parameter: str) -> dict[str, str]:
        """The names of all issues, parties, drivers, areas or sources, in the order of the dossier."""
        return {value: name.in_language(self.language) for value, name in self.names[parameter].items()}

    def name(self, parameter: str, value: str) -> str:
        """The name of an issue, party, driver, area or source."""
        return format_name(self.names[parameter][value], self.language)


class ChartPage(Struct, frozen=True):
    frame: Frame
    chart: Chart


class Visit(Struct, frozen=True):
    """A request for a page, understood: the address is canonical and the reader does not have the page yet.

    ``suffix`` is the ending of the address: nothing for the page, or what else was asked for. ``accepted`` are the
    parameters that the page takes, ``paged`` says whether a page of a list was asked for, and not all of it. ``site``
    is the scheme and host by which the site was asked; ``bom`` begins a table with a mark that Excel needs; ``shelf``
    has the other releases.
    ``mounted`` is the text of the source that the page is about, where one is held: the very text its tag stands for.
    ``watched`` is what was said since, for a page that shows it, as its tag has it; nothing on a past or frozen view.
    """

    release: OpenRelease
    frame: Frame
    viewpoint: Viewpoint
    chosen: Filter
    path: str
    answer: Answer
    suffix: str
    mounted: MountedText | None
    watched: Watched
    accepted: Sequence[str]
    paged: bool
    bom: bool
    site: str
    shelf: Shelf

    def whole(self, path: str, chosen: Filter) -> str:
        """An address with scheme and host, for those who read it elsewhere."""
        return f"{self.site}{self.frame.to.page(path, chosen)}"

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self.release.session() as session:
            yield session

    def ready_cards(self, ids: Sequence[str]) -> Markup | None:
        """The cards of these claims as they were rendered at publishing; ``None`` where they are not to be had."""
        if self.suffix:
            return None
        return ready_cards(self.release, ids=ids, as_of=self.viewpoint.as_of, to=self.frame.to)

    def render(self, template: str, context: Any) -> Response:
        return render(template, context, self.answer)

    def respond(self, template: str, context: Any, data: Callable[[], Data]) -> Response:
        """Answer with the page, or with the same view as data where the address asks for that."""
        if self.suffix != DATA_SUFFIX:
            return self.render(template, context)
        release, day = self.release.id, self.frame.as_of
        head: Head = {
            "version": VERSION,
            "release": release,
            "as_of": day.isoformat(),
            "lasting": self.frame.to.lasting(release, twin_of(self.path, DATA_SUFFIX), self.chosen, day),
        }
        return render_data({**head, **data()}, self.answer)

    def draw(self, chart: Chart | None) -> Response:
        """Answer with a chart's page or one of its twins; there is nothing where there is nothing to draw."""
        if chart is None:
            raise PageNotFound
        if self.suffix == SVG_SUFFIX:
            return render_drawing(chart, self.answer)
        if self.suffix == CSV_SUFFIX:
            return render_table((BOM if self.bom else "") + chart_csv(chart), self.answer)
        return self.respond("charts/one.html", ChartPage(self.frame, chart), lambda: {"item": chart_data(chart)})

    def listed(self, view: ListingView, items: Iterable[Data]) -> Data:
        """A page of a list as data; ``next`` is the address of the next page, if there is one."""
        following = self.chosen.at_page(view.page + 1) if view.next else None
        return {
            "filter": filter_data(self.chosen),
            "count": view.count,
            **({} if view.complete else {"complete": False}),
            **({} if view.current is None else {"current": view.current}),
            **({"shortened": True} if self.frame.shortened else {}),
            "items": list(items),
            "next": following and self.frame.to.page(twin_of(self.path, DATA_SUFFIX), following),
        }


def _pairs(query: str) -> list[tuple[str, str]]:
    """The parameters of a query string, empty ones too; more than any view needs are refused before they cost much."""
    parts = query.split("&")
    if len(parts) > MOST_PARAMETERS:
        name, _, value = parts[MOST_PARAMETERS].partition("=")
        raise BadParameter(unquote_plus(name), unquote_plus(value), Fault.TOO_MANY, [str(MOST_PARAMETERS)])
    return parse_qsl(query, keep_blank_values=True)


def understand(
    request: Request, page: str, listing: Listing | None, accepted: Sequence[str], of_source: bool, watching: bool
) -> Visit:
    """Read a request for a page; answer at once where its address has a better form or the reader has the page.

    ``page`` is the path of its route, without the language and the ending.
    """
    current: CurrentRelease = request.app.state.current
    clock: Clock = request.app.state.clock
    shelf: Shelf = request.app.state.shelf
    frozen, today, newest = frozen_of(request.scope), clock(), current.get()
    release = shelf.get(frozen) if frozen else newest
    language: str = request.path_params["language"]
    pairs = _pairs(request.url.query)
    folder: WatchedFolder = request.app.state.mentions
    watched = folder.read() if watching and not frozen else Watched()
    known = {**release.names, "publisher": publisher_names(watched.mentions)} if watching else release.names
    whole_path = path_of(request.scope).removeprefix(f"/{language}")
    suffix = suffix_of(whole_path)
    path = page_of(whole_path, suffix)
    chosen = parse_filter(
        [(name, release.former.get(name, {}).get(value, value)) for name, value in pairs],
        listing=listing,
        known=known,
        today=max(today, release.compiled) if frozen else today,
        accepted=(*accepted, MARK) if suffix == CSV_SUFFIX else accepted,
        inputs=release.inputs,
    )
    basis = Basis(newest.id, today, folder.digest)
    if frozen:
        # A frozen page says the same on every day that it is read: its today is the last day its release speaks of.
        today = max(release.compiled, chosen.as_of or date.min)
    as_of = chosen.as_of or (release.compiled if frozen else today)
    bom = _marked(pairs)
    # The first page, and a page of the usual size, have no word in the canonical address, and are not the whole list.
    paged = any(name in ("page", "size") and value.strip() for name, value in pairs)
    to = Addresses(root_of(request.scope), language, chosen.as_of, frozen)
    here, asked = to.page(path, chosen), to.page(whole_path, chosen)
    fragment = None if suffix else wanted_fragment(request.headers)
    # A form sends its empty fields and its defaults: such an address leads to the one worth keeping. Another order is
    # the same address to a reader, and a program is given what it asks for in whatever form.
    if moved := _moved(request, release, whole_path):
        raise Interrupted(RedirectResponse(to.page(moved, chosen), 308))
    # Words that are too long are answered where they were asked for: the canonical address cannot say that they were.
    shortened = is_shortened(pairs)
    if fragment is None and not suffix and not shortened and sorted(pairs) != sorted(chosen.pairs()):
        raise Interrupted(RedirectResponse(asked, 308))
    if chosen.as_of is not None or to.frozen is not None:
        watched = Watched()
    texts: SourceTexts = request.app.state.source_texts
    mounted = texts.read(request.path_params["identifier"]) if of_source and not suffix else None
    settings: Settings = request.app.state.settings
    of_host = suffix in WITH_HOST
    site = f"{request.url.scheme}://{request.url.netloc}"
    tag = entity_tag(
        release.id,
        asked,
        today.isoformat(),
        fragment or "",
        mounted.digest if mounted else "",
        settings.contact or "",
        watched.digest,
        f"{paged} {bom} {shortened}",
        site if of_host else "",
        newest.id if frozen and not suffix else "",
    )
    twins = _twins(page, path, chosen, to)
    answer = Answer(
        language,
        fragment,
        tag,
        here,
        of_host=of_host,
        twins=tuple((MEDIA_TYPES[each], twins[each]) for each in MEDIA_TYPES if each in twins and not suffix),
        empty=request.method == "HEAD",
        lasting=bool(frozen and suffix),
    )
    # A text that is held may change at any time, and no release says so. What is streamed may be longer than anything
    # that should be held in memory to be kept.
    # Nobody asks twice for words that are too long, and their address alone would fill a store.
    if suffix not in STREAMED and not shortened and (not of_source or suffix or texts.folder is None):
        rest_on(request.scope, basis)
    if matches(request.headers.get("If-None-Match", ""), tag):
        raise Interrupted(not_modified(answer))
    other = next(each for each in LANGUAGES if each != language)
    frame = Frame(
        language=language,
        other_language=other,
        here=here,
        elsewhere=to.in_language(other, path, chosen.query()),
        to=to,
        today=today,
        as_of=as_of,
        is_past=chosen.as_of is not None,
        now=to.page(path, replace(chosen, as_of=None)),
        release=release.id,
        compiled=release.compiled,
        names=known,
        terms=Lens(release.misleading, to),
        lasting=to.lasting(release.id, path, chosen, as_of),
        moving=to.live().page(path, replace(chosen, as_of=None)) if frozen else here,
        since=_since(release, newest, to.live()) if frozen and not suffix else None,
        query=tuple(pair for pair in chosen.pairs() if pair[0] not in ("as_of", "page")),
        twins=twins,
        shortened=shortened,
        words=describe_filter(chosen, path, known, to),
    )
    viewpoint = Viewpoint(language, frame.as_of)
    return Visit(
        release, frame, viewpoint, chosen, path, answer, suffix, mounted, watched, accepted, paged, bom, site, shelf
    )


def _moved(request: Request, release: OpenRelease, path: str) -> str | None:
    """The path of today where the id in this one is of before."""
    former = request.path_params.get("identifier", "")
    start = next((each for each in KIND_OF if former and path.startswith(f"{each}{former}")), "")
    now = release.former.get(KIND_OF.get(start, ""), {}).get(former)
    return now and f"{start}{now}{path[len(start) + len(former) :]}"


def _since(release: OpenRelease, newest: OpenRelease, to: Addresses) -> Since:
    is_current = release.id == newest.id
    changed = () if is_current else compare_releases(release.source, newest.source)
    address = to.page("/changes", Filter(since=release.id))
    return Since(release.published.date(), is_current, count_changes(changed), address)


STREAMED = frozenset((CSV_SUFFIX, PACK_SUFFIX))
"""What is made and sent piece by piece."""
MOST_PARAMETERS = 1000
"""Parameters of an address, repeated ones counted: more than all values of all filters of this record."""
MARK = "bom"
"""A parameter of tables alone: ``bom=1`` begins one with the mark by which Excel knows UTF-8."""
WITH_HOST = frozenset((ATOM_SUFFIX, PACK_SUFFIX, LINKED_SUFFIX, *CITE_SUFFIXES))
"""What is read away from the site and so has whole addresses: it depends on the host that it was asked from."""
MEDIA_TYPES = {DATA_SUFFIX: "application/json", CSV_SUFFIX: "text/csv", ATOM_SUFFIX: "application/atom+xml"}
"""The twins that a page announces to programs."""


def _marked(pairs: Iterable[tuple[str, str]]) -> bool:
    values = [value for name, value in pairs if name == MARK and value.strip()]
    for value in values:
        if value != "1":
            raise BadParameter(MARK, value, Fault.UNKNOWN_VALUE, ["1"])
    return bool(values)


def _twins(page: str, path: str, chosen: Filter, to: Addresses) -> dict[str, str]:
    """The addresses of a page's other forms. Data follows the page; what is taken away is the whole list."""
    endings = TWINS[page] - {""}
    whole = replace(chosen, page=1, size=None)
    return {each: to.page(twin_of(path, each), chosen if each == DATA_SUFFIX else whole) for each in sorted(endings)}


class Visiting(Struct, frozen=True):
    """A dependency that understands a request for a page which takes these parameters.

    ``listing`` decides what ``kind`` and ``sort`` may be; ``None`` is the search. A page ``of_source`` may show that
    source's text, which no release holds, and one ``watching`` what was said since.
    """

    listing: Listing | None = Listing.CLAIMS
    accepted: tuple[str, ...] = LISTING_PARAMETERS
    of_source: bool = False
    watching: bool = False

    # In the event loop: an address is read in a fraction of a millisecond, and a plain function would queue for a
    # thread by itself, so that a page would wait twice behind all others.
    async def __call__(self, request: Request, page: str) -> Visit:
        asked = (request, page, self.listing, self.accepted, self.of_source, self.watching)
        # An older release may have to be opened, and compared with the current one.
        return await run_in_threadpool(understand, *asked) if frozen_of(request.scope) else understand(*asked)


PlainVisit = Annotated[Visit, Visiting(accepted=PLAIN_PARAMETERS)]
PagedVisit = Annotated[Visit, Visiting(accepted=PAGED_PARAMETERS)]
OverviewVisit = Annotated[Visit, Visiting(accepted=PLAIN_PARAMETERS, watching=True)]
MentionsVisit = Annotated[Visit, Visiting(accepted=MENTIONS_PARAMETERS, watching=True)]
SourceVisit = Annotated[Visit, Visiting(accepted=PLAIN_PARAMETERS, of_source=True, watching=True)]
EvidenceVisit = Annotated[Visit, Visiting(accepted=EVIDENCE_PARAMETERS)]
PanelVisit = Annotated[Visit, Visiting(accepted=PANEL_PARAMETERS)]
ExposureVisit = Annotated[Visit, Visiting(accepted=EXPOSURE_PARAMETERS)]
ChangesVisit = Annotated[Visit, Visiting(accepted=CHANGES_PARAMETERS)]
ClaimsVisit = Annotated[Visit, Visiting(Listing.CLAIMS)]
IssueVisit = Annotated[Visit, Visiting(Listing.CLAIMS, watching=True)]
DevelopmentsVisit = Annotated[Visit, Visiting(Listing.DEVELOPMENTS)]
TimelineVisit = Annotated[Visit, Visiting(Listing.DEVELOPMENTS, TIMELINE_PARAMETERS)]
FiguresVisit = Annotated[Visit, Visiting(Listing.FIGURES)]
SearchVisit = Annotated[Visit, Visiting(None, SEARCH_PARAMETERS)]
SourcesVisit = Annotated[Visit, Visiting(Listing.SOURCES)]
