"""Every view as something to take away: a table, a feed, an evidence pack, a reference, linked data."""

import json
from collections.abc import Callable, Sequence
from typing import Annotated

from starlette.responses import Response

from app.pages.routing import (
    ATOM_SUFFIX,
    LINKED_SUFFIX,
    PACK_SUFFIX,
    TWINS,
    serve,
    twin_of,
)
from app.pages.shown import Shown, takes_pages
from app.pages.views import VIEWS, View
from app.pages.visit import PageNotFound, PlainVisit, Visit, Visiting
from app.queries.claims import read_claim
from app.queries.sources import read_sources
from app.rendering.charts.frame import CSV_SUFFIX
from app.rendering.data import filter_data
from app.rendering.exports.entries import COLUMNS
from app.rendering.exports.feed import Feed, write_feed
from app.rendering.exports.linked import claim_graph
from app.rendering.exports.pack import Pack, write_pack
from app.rendering.exports.references import (
    Reference,
    plain,
    source_reference,
    view_reference,
    write_bibtex,
    write_csl,
    write_ris,
)
from app.rendering.exports.table import table_chunks
from app.rendering.respond import render_file, stream
from app.rendering.translations import LANGUAGES


def offer(view: View) -> None:
    """Serve what can be taken away of a page, next to the page, but for what the page itself serves."""
    own = TWINS.get(view.path, set())
    understood = Visiting(view.listing, tuple(view.accepted), watching=view.watching)

    def handler(visit: Annotated[Visit, understood], identifier: str) -> Response:
        return WRITERS[visit.suffix](visit, view.select(visit, identifier))

    serve(view.path, [each for each in view.forms if each not in own])(handler)


def table(visit: Visit, shown: Shown) -> Response:
    rows = table_chunks(COLUMNS[shown.kind], shown.chunks(), bom=visit.bom)
    return stream(rows, "text/csv; charset=utf-8; header=present", visit.answer)


def feed(visit: Visit, shown: Shown) -> Response:
    entries, pages = shown.newest()
    chosen = visit.chosen

    def at(page: int) -> str:
        return visit.whole(twin_of(visit.path, ATOM_SUFFIX), chosen.at_page(page))

    written = Feed(
        language=visit.frame.language,
        title=shown.title,
        view=visit.frame.to.page(visit.path, chosen.at_page(1)).removeprefix(visit.frame.to.root),
        site=visit.site,
        page=visit.whole(visit.path, chosen.at_page(1)),
        here=at(chosen.page),
        next=at(chosen.page + 1) if chosen.page < pages else None,
        previous=at(chosen.page - 1) if takes_pages(visit) and chosen.page > 1 else None,
        updated=min(visit.frame.compiled, visit.frame.as_of),
        entries=entries,
    )
    return render_file(write_feed(written), "application/atom+xml; charset=utf-8", visit.answer)


def pack(visit: Visit, shown: Shown) -> Response:
    frame = visit.frame
    content = Pack(
        language=frame.language,
        title=shown.title,
        kind=shown.kind,
        facts={
            "title": shown.title,
            "release": frame.release,
            "as_of": frame.as_of.isoformat(),
            "language": frame.language,
            "address": visit.whole(visit.path, visit.chosen),
            "frozen": f"{visit.site}{frame.lasting}",
            "filter": filter_data(visit.chosen),
        },
        citations={each: citation(visit, shown.title, each) for each in LANGUAGES},
    )

    def sources(ids: Sequence[str]) -> Sequence[Reference]:
        with visit.session() as session:
            cards = read_sources(session, ids=ids, viewpoint=visit.viewpoint)
        return [source_reference(each) for each in cards]

    name = visit.path.strip("/").replace("/", "-") or "overview"

    headers = {"Content-Disposition": f'attachment; filename="faultlines-{name}-{frame.release}.zip"'}
    return stream(write_pack(content, shown.chunks, sources), "application/zip", visit.answer, headers)


def reference(visit: Visit, title: str) -> Reference:
    frame = visit.frame
    return view_reference(
        title=title,
        release=frame.release,
        day=frame.as_of,
        language=frame.language,
        path=visit.path,
        address=f"{visit.site}{frame.lasting}",
    )


def citation(visit: Visit, title: str, language: str) -> str:
    """The line that cites the view, in either language; the view cited is the one in the reader's."""
    frame = visit.frame
    address = f"{visit.site}{frame.lasting}"
    return plain(title=title, release=frame.release, day=frame.as_of, language=language, address=address)


def cited_plainly(visit: Visit, shown: Shown) -> Response:
    """One line in each language, the reader's first."""
    languages = sorted(LANGUAGES, key=lambda each: each != visit.frame.language)
    lines = "".join(f"{citation(visit, shown.title, each)}\n" for each in languages)
    return render_file(lines.encode(), "text/plain; charset=utf-8", visit.answer)


def cited(write: Callable[[Sequence[Reference]], str], kind: str) -> Callable[[Visit, Shown], Response]:
    def answer(visit: Visit, shown: Shown) -> Response:
        return render_file(write([reference(visit, shown.title)]).encode(), kind, visit.answer)

    return answer


WRITERS: dict[str, Callable[[Visit, Shown], Response]] = {
    CSV_SUFFIX: table,
    ATOM_SUFFIX: feed,
    PACK_SUFFIX: pack,
    ".txt": cited_plainly,
    ".bib": cited(write_bibtex, "application/x-bibtex; charset=utf-8"),
    ".ris": cited(write_ris, "application/x-research-info-systems; charset=utf-8"),
    ".csl.json": cited(write_csl, "application/vnd.citationstyles.csl+json; charset=utf-8"),
}

for _view in VIEWS:
    offer(_view)


@serve("/claims/{identifier:id}", [LINKED_SUFFIX])
def linked(visit: PlainVisit, identifier: str) -> Response:
    with visit.session() as session:
        detail = read_claim(session, identifier=identifier, viewpoint=visit.viewpoint)
    if detail is None:
        raise PageNotFound
    graph = claim_graph(detail, language=visit.frame.language, address=f"{visit.site}{visit.frame.lasting}")
    body = json.dumps(graph, ensure_ascii=False, indent=1) + "\n"
    return render_file(body.encode(), "application/ld+json; charset=utf-8", visit.answer)
