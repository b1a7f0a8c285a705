"""The headers of every kind of response, word for word, against one committed file."""

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.releases.opening import OpenRelease, QueryTooSlow
from app.rendering.static_files import static_address
from app.security import HEADERS
from app.settings import PROJECT, Settings
from tests.conftest import TODAY
from tests.page import FRAGMENT
from tests.stores import IN_POSTGRES

KEPT = PROJECT / "tests" / "headers.txt"
CHANGING = {"etag": "W/…", "repr-digest": "sha-256=…", "last-modified": "…", "content-length": "…", "x-request-id": "…"}
"""Headers whose value is another each time or with each release: that they are there is what counts."""
KINDS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("page", "GET", "/en/claims", {}),
    ("fragment", "GET", "/en/claims?q=azure&from=", FRAGMENT),
    ("data", "GET", "/fr/claims.json", {}),
    ("table", "GET", "/en/charts/timeline.csv", {}),
    ("drawing", "GET", "/en/charts/timeline.svg", {}),
    ("feed", "GET", "/en/claims.atom", {}),
    ("pack", "GET", "/en/claims.zip?issue=windsurf", {}),
    ("reference", "GET", "/en/claims.bib", {}),
    ("linked data", "GET", "/en/claims/u10.jsonld", {}),
    ("description", "GET", "/openapi.json", {}),
    ("description for people", "GET", "/en/docs", {}),
    ("parts of the program", "GET", "/sbom.json", {}),
    ("map of the site", "GET", "/sitemap.xml", {}),
    ("what to leave alone", "GET", "/robots.txt", {}),
    ("the release itself", "GET", "/data.sqlite", {}),
    ("frozen page", "GET", "/r/{release}/en/claims", {}),
    ("release that is gone", "GET", "/r/0123456789ab/en/claims", {}),
    ("release that is gone, as data", "GET", "/r/0123456789ab/en/claims.json", {}),
    ("static file", "GET", "/static/css/site.css", {}),
    ("static file for good", "GET", static_address("css/main.css"), {}),
    ("to the reader's language", "GET", "/claims", {}),
    ("to the canonical address", "GET", "/en/claims?q=", {}),
    ("a page's head", "HEAD", "/en/claims", {}),
    ("refused parameter", "GET", "/en/claims?page=-1", {}),
    ("refused parameter of data", "GET", "/en/claims.json?page=-1", {}),
    ("nothing there", "GET", "/en/nothing", {}),
    ("no such data", "GET", "/de/claims.json", {}),
    ("no static file", "GET", "/static/nothing.css", {}),
    ("another method", "POST", "/en/claims", {}),
    ("alive", "GET", "/healthz", {}),
    ("ready", "GET", "/readyz", {}),
    ("metrics", "GET", "/metrics", {}),
)


ASKED = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
"""What an assistant begins with."""


def said(kind: str, response: Any, release: str) -> str:
    """A response's headers as they are kept; the release's own id is none of what is held here."""
    headers = {name: CHANGING.get(name, value.replace(release, "RELEASE")) for name, value in response.headers.items()}
    for name, value in HEADERS.items():
        assert name.lower() in headers, f"{kind}: each response carries {name}"
        assert name == "Content-Security-Policy" or headers[name.lower()] == value, kind
    # A drawing has a policy of its own, which allows its one style by digest.
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; "), kind
    assert not re.search(r"unsafe|data:|\*|http", policy), kind
    assert not headers.keys() & {"server", "set-cookie", "x-powered-by"}, kind
    lines = "".join(f"{name}: {value}\n" for name, value in sorted(headers.items()))
    return f"# {kind}: {response.status_code}\n{lines}"


def test_every_kind_of_response_has_exactly_these_headers(
    client: TestClient, release: OpenRelease, releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No header comes or goes unnoticed. After a change that is meant, copy the file that this test leaves behind."""
    found = []

    def note(kind: str, response: Any) -> None:
        found.append(said(kind, response, release.id))

    for kind, method, address, headers in KINDS:
        note(kind, client.request(method, address.format(release=release.id), headers=headers))
    tag = client.get("/en/claims").headers["etag"]
    note("not modified", client.get("/en/claims", headers={"If-None-Match": tag}))
    with TestClient(create_app(Settings(releases=tmp_path)), raise_server_exceptions=False) as nothing:
        note("no release", nothing.get("/en/claims"))
        note("no release, as data", nothing.get("/en/claims.json"))
        note("not ready", nothing.get("/readyz"))
    with TestClient(create_app(Settings(releases=releases, allowed_hosts="a.example"))) as elsewhere:
        note("another host", elsewhere.get("/en/claims"))
    open_door = create_app(Settings(releases=releases, assistant=True, assistant_hosts="testserver"))
    with TestClient(open_door) as assistant:
        accepts = {"Accept": "application/json, text/event-stream"}
        note("assistant", assistant.post("/mcp", json=ASKED, headers=accepts))
        note("assistant, not understood", assistant.post("/mcp", content=b"{", headers=accepts))
        note("assistant, from elsewhere", assistant.post("/mcp", json=ASKED, headers={**accepts, "Host": "b.example"}))
    for kind, failure in (("failed", RuntimeError("a fault")), ("too slow", QueryTooSlow("a query"))):

        def fail(*_: object, failure: Exception = failure, **__: object) -> None:
            raise failure

        monkeypatch.setattr("app.pages.claims.read_claims", fail)
        app = create_app(Settings(releases=releases), clock=lambda: TODAY)
        with TestClient(app, raise_server_exceptions=False) as faulty:
            note(kind, faulty.get("/en/claims"))
    text, kept = "\n".join(found), KEPT.read_text("utf-8")
    if IN_POSTGRES:
        # What a database holds has no time at which a file was written; its tag and its digest say all that is needed.
        assert kept.count("\nlast-modified: …") == 1
        kept = kept.replace("\nlast-modified: …", "")
    if text != kept:
        (tmp_path / "headers.txt").write_text(text, "utf-8")
    assert text == kept, f"as they are now: {tmp_path / 'headers.txt'}"
