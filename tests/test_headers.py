"""The headers of every kind of response, word for word, against one committed file."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.releases import QueryTooSlow
from app.rendering.static_files import static_address
from app.settings import PROJECT, Settings
from tests.conftest import TODAY

KEPT = PROJECT / "tests" / "headers.txt"
CHANGING = {"etag": "W/…", "last-modified": "…", "content-length": "…", "x-request-id": "…"}
"""Headers whose value is another each time or with each release: that they are there is what counts."""
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#results"}
KINDS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("page", "GET", "/en/claims", {}),
    ("fragment", "GET", "/en/claims?q=azure&from=", FRAGMENT),
    ("data", "GET", "/fr/claims.json", {}),
    ("table", "GET", "/en/charts/timeline.csv", {}),
    ("drawing", "GET", "/en/charts/timeline.svg", {}),
    ("static file", "GET", "/static/css/site.css", {}),
    ("static file for good", "GET", static_address("css/main.css"), {}),
    ("to the reader's language", "GET", "/claims", {}),
    ("to the canonical address", "GET", "/en/claims?q=", {}),
    ("a page's head", "HEAD", "/en/claims", {}),
    ("refused parameter", "GET", "/en/claims?page=-1", {}),
    ("refused parameter of data", "GET", "/en/claims.json?page=-1", {}),
    ("nothing there", "GET", "/en/nothing", {}),
    ("no static file", "GET", "/static/nothing.css", {}),
    ("another method", "POST", "/en/claims", {}),
    ("alive", "GET", "/healthz", {}),
    ("ready", "GET", "/readyz", {}),
    ("metrics", "GET", "/metrics", {}),
)


def said(kind: str, response: object) -> str:
    headers = {name: CHANGING.get(name, value) for name, value in response.headers.items()}  # type: ignore[attr-defined]
    lines = "".join(f"{name}: {value}\n" for name, value in sorted(headers.items()))
    return f"# {kind}: {response.status_code}\n{lines}"  # type: ignore[attr-defined]


def test_every_kind_of_response_has_exactly_these_headers(
    client: TestClient, releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No header comes or goes unnoticed. After a change that is meant, copy the file that this test leaves behind."""
    found = [said(kind, client.request(method, address, headers=headers)) for kind, method, address, headers in KINDS]
    tag = client.get("/en/claims").headers["etag"]
    found.append(said("not modified", client.get("/en/claims", headers={"If-None-Match": tag})))
    with TestClient(create_app(Settings(releases=tmp_path)), raise_server_exceptions=False) as nothing:
        found.append(said("no release", nothing.get("/en/claims")))
    with TestClient(create_app(Settings(releases=releases, allowed_hosts="a.example"))) as elsewhere:
        found.append(said("another host", elsewhere.get("/en/claims")))
    for kind, failure in (("failed", RuntimeError("a fault")), ("too slow", QueryTooSlow("a query"))):

        def fail(*_: object, failure: Exception = failure, **__: object) -> None:
            raise failure

        monkeypatch.setattr("app.pages.claims.read_claims", fail)
        app = create_app(Settings(releases=releases), clock=lambda: TODAY)
        with TestClient(app, raise_server_exceptions=False) as faulty:
            found.append(said(kind, faulty.get("/en/claims")))
    text = "\n".join(found)
    if text != KEPT.read_text("utf-8"):
        (tmp_path / "headers.txt").write_text(text, "utf-8")
    assert text == KEPT.read_text("utf-8"), f"as they are now: {tmp_path / 'headers.txt'}"
