"""Turns a page's context into a response: the whole page or the fragment asked for, with its caching headers.

A page is a pure function of the release, the program, the address, the day and the representation, and the page of a
source also of the text that is held of it, and a frozen page of the release that is current now (its banner speaks of
it), so all of these are in its entity tag, and a reader who has it already gets
304 without a query. Page and fragment differ in their tags: otherwise a browser that holds the one could show it as
the other.
"""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from jinja2_fragments import render_block
from msgspec import Struct
from msgspec.structs import asdict
from starlette.datastructures import Headers
from starlette.responses import Response, StreamingResponse

from app.charts.text import wrap
from app.rendering.charts.frame import Chart
from app.rendering.charts.style import standalone_style
from app.rendering.environment import environment
from app.rendering.static_files import program_digest

VARY = "Accept-Encoding, HX-Request, HX-Request-Type, HX-Target, HX-History-Restore-Request"
FRAGMENTS = frozenset({"results"})
"""The blocks that may be asked for alone; each has the id of the element that it replaces."""

_OPAQUE = re.compile(r'"[^"]*"')
"""The part of an entity tag that is compared."""


def wanted_fragment(headers: Headers) -> str | None:
    """The block that htmx asks for, or ``None`` for a whole page, which a history restore always gets."""
    if headers.get("HX-Request") != "true" or headers.get("HX-Request-Type") != "partial":
        return None
    if "HX-History-Restore-Request" in headers:
        return None
    target = headers.get("HX-Target", "").rpartition("#")[2]
    return target if target in FRAGMENTS else None


def entity_tag(*parts: str) -> str:
    """A weak tag: the bytes may be compressed on their way."""
    digest = hashlib.sha256("\0".join((program_digest(), *parts)).encode()).hexdigest()
    return f'W/"{digest[:20]}"'


def matches(known: str, tag: str) -> bool:
    """Whether ``If-None-Match`` names a tag; strong and weak ones are alike, as RFC 9110, section 13.1.2, asks."""
    return known.strip() == "*" or tag.removeprefix("W/") in _OPAQUE.findall(known)


class Answer(Struct, frozen=True):
    """How to answer: in which language, which part, and under which tag (none where nothing may be kept)."""

    language: str
    fragment: str | None = None
    tag: str | None = None
    address: str | None = None
    """The canonical address, which htmx is to show for a fragment."""
    of_host: bool = False
    """Whether the answer holds whole addresses, and so depends on the host by which the site was asked."""
    twins: tuple[tuple[str, str], ...] = ()
    """The same view in other forms: media types and addresses."""
    empty: bool = False
    """Whether only the headers are wanted, so that a long body need not be made."""
    lasting: bool = False
    """Whether it says the same for as long as the release is held, so that it need not be asked for again at once."""


def headers_of(answer: Answer) -> dict[str, str]:
    headers = {"Vary": f"{VARY}, Host" if answer.of_host else VARY, "Content-Language": answer.language}
    if answer.tag is None:
        headers["Cache-Control"] = "no-store"
    else:
        headers["ETag"] = answer.tag
        headers["Cache-Control"] = "public, max-age=3600" if answer.lasting else "no-cache"
    if answer.fragment and answer.address:
        headers["HX-Push-Url"] = answer.address
    links = ", ".join(f'<{address}>; rel="alternate"; type="{kind}"' for kind, address in answer.twins)
    # A proxy that is offered more than its buffer holds answers with an error; the page's head has them in any case.
    if links and len(links) <= LINKS_AT_MOST:
        headers["Link"] = links
    return headers


LINKS_AT_MOST = 2000
"""How many characters of ``Link`` a page sends."""


def not_modified(answer: Answer) -> Response:
    """The reader has all other headers with the answer that is kept (RFC 9110, section 15.4.5)."""
    headers = headers_of(answer)
    return Response(status_code=304, headers={name: headers[name] for name in ("Vary", "Cache-Control", "ETag")})


def render_data(data: Mapping[str, Any], answer: Answer) -> Response:
    """The same view for a program: JSON in UTF-8, with the tag and caching of the page's address."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Response(body, headers=headers_of(answer), media_type="application/json; charset=utf-8")


def render_file(body: bytes, kind: str, answer: Answer) -> Response:
    """The same view as a file of some other kind."""
    return Response(body, headers=headers_of(answer), media_type=kind)


def stream(
    pieces: Iterator[str] | Iterator[bytes], kind: str, answer: Answer, headers: Mapping[str, str] | None = None
) -> Response:
    """The same view as a file that is sent while it is made, so that its length costs no memory."""
    found = {**headers_of(answer), **(headers or {})}
    if answer.empty:
        return Response(headers=found, media_type=kind)
    # What is wrong with the request shows with the first piece; after it the answer has begun.
    first = next(pieces, None)
    return StreamingResponse(chain([] if first is None else [first], pieces), headers=found, media_type=kind)


def render_table(text: str, answer: Answer) -> Response:
    """The same view for a spreadsheet: CSV in UTF-8."""
    return Response(text, headers=headers_of(answer), media_type="text/csv; charset=utf-8; header=present")


HEADING = 15
"""The font size of the title in a drawing that stands alone."""


def render_drawing(chart: Chart, answer: Answer) -> Response:
    """A chart's widest drawing as a file of its own. It carries its style, which its own policy lets in by digest."""
    style = standalone_style()
    heading = wrap(chart.title, chart.drawings[-1].width, HEADING)
    template = environment(answer.language).get_template("charts/standalone.svg")
    body = template.render(chart=chart, drawing=chart.drawings[-1], heading=heading, style=style)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    headers = {**headers_of(answer), "Content-Security-Policy": policy}
    return Response(body, headers=headers, media_type="image/svg+xml; charset=utf-8")


def render(template: str, context: Any, answer: Answer, status: int = 200) -> Response:
    """Fill a template with a context class's fields. A template without the wanted block answers as a whole page."""
    env = environment(answer.language)
    values = asdict(context)
    if answer.fragment and answer.fragment in env.get_template(template).blocks:
        body = render_block(env, template, answer.fragment, is_fragment=True, **values)
    else:
        body = env.get_template(template).render(is_fragment=False, **values)
    return Response(body, status, headers_of(answer), media_type="text/html; charset=utf-8")
