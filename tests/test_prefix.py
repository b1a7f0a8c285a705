"""Behind a path prefix: a real nginx strips it, and whatever the site gives out leads back through that nginx."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from app.operations.layer import UNMATCHED, template_of
from app.pages import routing
from app.pages.openapi import MEDIA
from app.pages.routing import suffix_of
from app.settings import PROJECT
from scripts.serving import free_port
from tests.running import site
from tests.test_faults import built

__all__ = ["built"]  # A fixture, used by its name.

PREFIX = "/desk/lines"
NGINX = """daemon off;
master_process off;
pid {work}/nginx.pid;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {work}/t1; proxy_temp_path {work}/t2; fastcgi_temp_path {work}/t3;
  uwsgi_temp_path {work}/t4; scgi_temp_path {work}/t5;
  server {{
    listen 127.0.0.1:{port};
    location {prefix}/ {{
      proxy_pass http://127.0.0.1:{behind}/;
      proxy_set_header Host $http_host;
    }}
    location / {{ return 418 "nothing is served outside the prefix"; }}
  }}
}}
"""


def find_nginx() -> str:
    """The nginx that ``scripts/ensure-debian.sh`` found or fetched, as ``make test`` says; else one on the path."""
    found = os.environ.get("FAULTLINES_TEST_NGINX") or shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, "this test needs nginx: make test fetches one, or: sudo apt-get install nginx-light"
    return found


@contextmanager
def stripping(work: Path, behind: int) -> Iterator[int]:
    """An nginx that passes what is asked below the prefix to a port, without the prefix; its own port."""
    port = free_port()
    (work / "nginx.conf").write_text(NGINX.format(work=work, port=port, behind=behind, prefix=PREFIX))
    command = [find_nginx(), "-p", str(work), "-c", str(work / "nginx.conf"), "-e", str(work / "nginx.log")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as nginx:
        try:
            end = time.monotonic() + 15
            while True:
                with suppress(OSError):
                    if Answer.to(port, f"{PREFIX}/healthz").status == 200:
                        break
                assert time.monotonic() < end, (work / "nginx.log").read_text()
                time.sleep(0.05)
            yield port
        finally:
            nginx.terminate()


@dataclass
class Answer:
    """What came back for an address."""

    address: str
    status: int
    headers: dict[str, str]
    body: bytes

    @classmethod
    def to(cls, port: int, address: str, **headers: str) -> "Answer":
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", address, headers={name.replace("_", "-"): each for name, each in headers.items()})
            response = connection.getresponse()
            return cls(address, response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


# Finding addresses: generously, so that none is missed. What begins with a slash is one, wherever it stands.

ROOTED = re.compile(r"^/(?!/)\S*$")
CSS = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")
SCRIPT = re.compile(r"""(?:\bfrom|\bimport|\bfetch\(|\bimport\()\s*["'`]([^"'`]+)|["'`](/[\w./-]+)["'`]""")
RELATIVE = frozenset(
    ("href", "src", "action", "formaction", "poster", "cite", "data", "manifest", "hx-get", "hx-push-url")
)


class Markup(HTMLParser):
    """Gathers what the attributes of a page lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if not value or name.startswith(("xmlns", "aria-")):
                continue
            if name == "srcset":
                self.found += [each.split()[0] for each in value.split(",")]
            elif name in RELATIVE or ROOTED.match(value) or value.startswith("http"):
                self.found.append(value)


def in_markup(text: str) -> list[str]:
    markup = Markup()
    markup.feed(text)
    return markup.found


def in_xml(body: bytes) -> Iterator[str]:
    for element in ElementTree.fromstring(body).iter():
        for name, value in element.attrib.items():
            if name.rpartition("}")[2] in ("href", "src") or ROOTED.match(value):
                yield value
        text = (element.text or "").strip()
        if ROOTED.match(text) or text.startswith("http"):
            yield text
        elif "<" in text:
            yield from in_markup(text)


def in_json(value: Any) -> Iterator[str]:
    match value:
        case str():
            if ROOTED.match(value) or value.startswith("http"):
                yield value
        case dict():
            for each in value.values():
                yield from in_json(each)
        case list():
            for each in value:
                yield from in_json(each)


def in_description(document: dict[str, Any]) -> Iterator[str]:
    """The addresses that an OpenAPI document stands for: those of its paths that need no id."""
    (server,) = document["servers"]
    for path in document["paths"]:
        if "{identifier" not in path:
            yield server["url"].rstrip("/") + path.replace("{language}", "fr")


def in_text(text: str, host: str) -> Iterator[str]:
    yield from re.findall(rf"https?://{re.escape(host)}[^\s\"'<>{{}}\\]*", text)


def in_pack(body: bytes, host: str) -> Iterator[str]:
    """What the files of an evidence pack lead to; addresses within the pack are its own."""
    with ZipFile(io.BytesIO(body)) as pack:
        for name in pack.namelist():
            text = pack.read(name).decode()
            found = in_markup(text) if name.endswith(".html") else in_text(text, host)
            yield from (each for each in found if each.startswith(("/", "http")))


def found_in(answer: Answer, host: str) -> Iterator[str]:
    """Every address that an answer gives out, as it stands there."""
    for name in ("location", "content-location", "hx-push-url"):
        if name in answer.headers:
            yield answer.headers[name]
    yield from re.findall(r"<([^>]*)>", answer.headers.get("link", ""))
    text = answer.body.decode("utf-8", "replace")
    match answer.kind:
        case "text/html":
            yield from in_markup(text)
        case "application/json" | "application/problem+json" | "application/ld+json":
            document = json.loads(text)
            yield from in_description(document) if "openapi" in document and "paths" in document else in_json(document)
        case "application/vnd.citationstyles.csl+json":
            yield from in_json(json.loads(text))
        case "application/atom+xml" | "application/xml" | "image/svg+xml":
            yield from in_xml(answer.body)
        case "text/csv":
            for row in csv.reader(io.StringIO(text)):
                yield from (each for each in row if ROOTED.match(each) or each.startswith("http"))
        case "text/css":
            yield from (one or other for one, other in CSS.findall(text))
        case "text/javascript" | "application/javascript":
            yield from (one or other for one, other in SCRIPT.findall(text))
        case "application/zip":
            yield from in_pack(answer.body, host)
        case "text/plain" if urlsplit(answer.address).path.endswith("/robots.txt"):
            yield from re.findall(r"(?m)^\w+: (\S*/\S*)$", text)
    yield from (
        in_text(text, host) if answer.kind.startswith("text/") or answer.kind.startswith("application/x-") else ()
    )


# Following them

REFERENCES = (".txt", ".bib", ".ris", ".csl.json")


@dataclass
class Crawl:
    """Follows addresses from a few on: one of each kind, and looks at every address that it meets."""

    port: int
    host: str = field(init=False)
    waiting: deque[str] = field(default_factory=deque)
    kinds: set[tuple[str, ...]] = field(default_factory=set)
    met: dict[str, str] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.host = f"127.0.0.1:{self.port}"

    def kinds_of(self, address: str) -> set[tuple[str, ...]]:
        """Route and form, for pages also frozen or not and each parameter: same kind, same code.

        References have one maker for all pages, so one of each form stands for all; frozen pages keep their parameters
        as the others do.
        """
        parts = urlsplit(address)
        path = parts.path.removeprefix(PREFIX)
        frozen = re.match(r"/r/[0-9a-f]{12}(?=/)", path)
        route = self.template_of(path[frozen.end() :] if frozen else path)
        suffix = suffix_of(route)
        if suffix:
            return {("reference", suffix)} if suffix in REFERENCES else {("form", route)}
        if frozen:
            return {("frozen", route)}
        names = {("parameter", name) for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
        return {("page", route), *names}

    def template_of(self, path: str) -> str:
        """The route of a path, or the path itself."""
        found = template_of([routing.Pages()], path)
        return path if found == UNMATCHED else found

    def meet(self, address: str, where: str) -> None:
        """Note an address that was given out; follow it if none of its kind was followed.

        What robots.txt names is only looked at: it says where not to go. So are templates of addresses.
        """
        whole = urldefrag(urljoin(f"http://{self.host}{where}", address))[0]
        parts = urlsplit(whole)
        if parts.scheme not in ("http", "https") or parts.netloc != self.host:
            return
        path = whole.removeprefix(f"http://{self.host}")
        if path in self.met:
            return
        self.met[path] = where
        if not path.startswith(f"{PREFIX}/"):
            self.bare.append(f"{address} in {where}")
            return
        kinds = self.kinds_of(path)
        if not kinds <= self.kinds and not where.endswith("/robots.txt") and "{" not in path:
            self.kinds |= kinds
            self.waiting.append(path)

    def follow(self, addresses: Iterable[str]) -> None:
        for address in addresses:
            self.meet(address, f"{PREFIX}/")
        while self.waiting:
            address = self.waiting.popleft()
            answer = Answer.to(self.port, address)
            self.answers.append(answer)
            for each in found_in(answer, self.host):
                self.meet(each, address)


SEEDS = (
    "/",
    "/sitemap.xml",
    "/robots.txt",
    "/openapi.json",
    "/en/docs",
    "/claims?q=alpha",
    "/en/claims/",
    "/static/js/search.js",
    "/en/claims?q=",
    "/metrics",
)


@pytest.fixture(scope="module")
def crawl(built: tuple[Path, str, str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    """All that can be reached through the proxy, one address a kind."""
    work = tmp_path_factory.mktemp("nginx")
    with site(built[0], work / "log", root_path=PREFIX) as found, stripping(work, found.port) as port:
        crawl = Crawl(port)
        crawl.follow(f"{PREFIX}{each}" for each in SEEDS)
        yield crawl


def test_every_address_given_out_keeps_the_prefix(crawl: Crawl) -> None:
    """Pages, feeds, exports, references, packs, JSON, redirects, Link headers, styles, maps: none leads outside."""
    assert not crawl.bare, crawl.bare[:20]
    kinds = {answer.kind for answer in crawl.answers}
    assert kinds >= {*MEDIA.values(), "text/html", "text/css", "text/javascript", "application/xml"}, sorted(kinds)
    assert len(crawl.met) > 1000
    assert [each for each in crawl.answers if each.status in (307, 308)], "a redirect was among them"


def test_every_address_given_out_is_answered(crawl: Crawl) -> None:
    """One address of each kind: the thing itself, or a redirect to it."""
    wrong = [
        (each.status, each.address, crawl.met[each.address])
        for each in crawl.answers
        if each.status not in (200, 307, 308)
    ]
    assert not wrong, wrong[:20]


def test_the_sign_in_in_the_documents_is_understood(tmp_path: Path) -> None:
    """nginx accepts the example of docs/security.md as it stands there, but for the names of the other machines."""
    (example,) = re.findall(r"(?s)```\n(location .*?)```", (PROJECT / "docs" / "security.md").read_text("utf-8"))
    here = re.sub(r"http://(web|authelia):", "http://127.0.0.1:", example)
    conf = NGINX.format(work=tmp_path, port=free_port(), behind=1, prefix="/other").replace(
        "location / {", f"{here}\n    location / {{"
    )
    (tmp_path / "nginx.conf").write_text(conf)
    command = [find_nginx(), "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "log")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
