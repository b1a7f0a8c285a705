"""What a reader sees when an address cannot be answered: what is wrong, where, and the way out."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.pages.visit import MOST_PARAMETERS
from app.publish.migrating import schema_revision
from app.releases.opening import OpenRelease
from app.security import HEADERS
from app.settings import Settings
from tests.conftest import TODAY
from tests.page import PARTIAL, Page
from tests.stores import IN_POSTGRES, file_in, store
from tests.test_pages import LISTS

BAD = (
    ("status", "status=banana"),
    ("party", "party=foo"),
    ("source", "source=nothing"),
    ("kind", "kind=shape"),
    ("page", "page=-1"),
    ("page", "page=0"),
    ("page", "page=99999"),
    ("size", "size=100000"),
    ("from", "from=banana"),
    ("from", "from=2025-02-30"),
    ("to", "to=2025-13"),
    ("from", "from=2026&to=2025"),
    ("as_of", "as_of=2025"),
    ("as_of", "as_of=2999-01-01"),
    ("sort", "sort=sideways"),
    ("q", "q=a&q=b"),
    ("colour", "colour=red"),
    ("issue", "status=confirmed&" * 1000 + "issue=ownership"),
    ("q", "&" * 1000 + "q=a"),
    ("scenario", "scenario=drift"),
)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("parameter", "query"), BAD)
@pytest.mark.parametrize("path", LISTS)
def test_a_bad_parameter_is_named(
    page: Callable[..., Page], path: str, parameter: str, query: str, language: str
) -> None:
    """Nothing is shown rather than something else: the page names the parameter and leads out."""
    found = page(f"/{language}{path}?{query}", 400)
    assert found.words(found.by_id("bad-parameter")) == parameter
    way_out = found.by_id("way-out").get("href") or ""
    assert page(way_out).root.get("lang") == language
    assert len(found.text) < 20_000, "an error page must not grow with what was sent"


@pytest.mark.parametrize(("parameter", "query"), BAD)
def test_a_bad_parameter_is_named_in_place(page: Callable[..., Page], parameter: str, query: str) -> None:
    """htmx swaps the refusal into the results, with the same words."""
    found = page(f"/en/claims?{query}", 400, **PARTIAL)
    assert not found.all("header")
    assert found.has_id("results")
    assert found.words(found.by_id("bad-parameter")) == parameter


@pytest.mark.parametrize(
    "address",
    ["/en/nothing", "/fr/claims/nothing", "/de/claims", "/en/issues/nothing", "/en/scenarios/nothing", "/nothing",
     "/en/impacts/x", "/en/parties/x", "/en/sources/x", "/en/figures/x", "/en/claims/r001?as_of=2019-01-01",
     "/en/claims/%2e%2e", "/en/claims/%00", "/static/nothing.css", "/%ff%fe", "/en//claims"],
)  # fmt: skip
def test_what_is_not_there_is_said_so(page: Callable[..., Page], address: str) -> None:
    """An address with nothing behind it is a page in the reader's language with a way out."""
    found = page(address, 404, Accept_Language="fr")
    assert found.root.get("lang") == ("en" if address.startswith("/en/") else "fr")
    assert page(found.by_id("way-out").get("href") or "")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("address", ["/en/claims", "/", "/healthz", "/readyz", "/en/claims/u10"])
def test_nothing_can_be_written(client: TestClient, method: str, address: str) -> None:
    """Any method but GET and HEAD is refused, with the two that are answered."""
    response = client.request(method, address)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"


def test_a_failure_shows_no_traceback(releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program is a page in the reader's language; its details are in the log alone."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the secret detail")

    monkeypatch.setattr("app.pages.claims.read_claims", fail)
    app = create_app(Settings(releases=releases), clock=lambda: date(2026, 11, 22))
    with TestClient(app, raise_server_exceptions=False) as client:
        found = Page.fetch(client, "/fr/claims", 500, {})
    assert found.root.get("lang") == "fr"
    hold_navigation(found)
    assert "secret" not in found.text
    assert "Traceback" not in found.text
    for name, value in HEADERS.items():
        assert found.headers[name] == value, f"a failure must carry {name} too"


def hold_navigation(found: Page) -> None:
    """An error page leads to the pages of the site, in its language."""
    links = [each.get("href") or "" for each in next(iter(found.all("nav"))).iter("a")]
    assert len(links) == 9
    assert all(each.startswith(f"/{found.root.get('lang')}/") for each in links)


@pytest.mark.parametrize("address", ["/fr/nothing", "/en/claims?colour=red", "/nothing"])
def test_an_error_leads_to_every_page(page: Callable[..., Page], address: str) -> None:
    """What cannot be answered still has the navigation of the masthead, and its links are pages."""
    found = page(address, 400 if "?" in address else 404)
    hold_navigation(found)
    for each in next(iter(found.all("nav"))).iter("a"):
        page(each.get("href") or "")


def test_without_a_release_the_site_says_so(tmp_path: Path) -> None:
    """Before anything was published, pages and readiness answer 503 with when to come again."""
    app = create_app(Settings(releases=tmp_path), clock=lambda: date(2026, 11, 22))
    with TestClient(app, raise_server_exceptions=False) as client:
        found = Page.fetch(client, "/en/claims", 503, {})
        assert found.headers["retry-after"] == "5"
        hold_navigation(found)
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["status"] == "unavailable"
        assert client.get("/healthz").json() == {"status": "alive"}


def test_ready_says_what_is_served(client: TestClient, release: OpenRelease, releases: Path) -> None:
    """Readiness names the release, its digest, its schema, its index, and the age of what is newest in it."""
    answer = client.get("/readyz").json()
    assert (answer["status"], answer["release"], answer["claims"]) == ("ready", release.id, release.claims)
    assert answer["claims"] > 0
    assert answer["sha256"] == sha256(file_in(store(releases), release.id)).hexdigest()
    assert answer["schema"] == schema_revision()
    index, other = ("tsvector", "fts5") if IN_POSTGRES else ("fts5", "tsvector")
    assert answer[index] is True
    assert other not in answer
    assert (TODAY - date.fromisoformat(answer["newest_evidence"])).days == answer["evidence_age_days"] >= 0
    assert "problem" not in answer


@pytest.mark.parametrize(
    "address",
    ["/", "/en/", "/en/claims?page=-1", "/nothing", "/static/css/site.css", "/readyz", "/en/claims?q=", "/static"],
)
def test_every_kind_of_response_carries_the_security_headers(client: TestClient, address: str) -> None:
    """Pages, refusals, redirects, static files and checks alike; and no cookie, and no name of a server."""
    for response in (client.get(address), client.head(address), client.post(address)):
        for name, value in HEADERS.items():
            assert response.headers.get(name) == value, f"{address} lacks {name}"
        assert "set-cookie" not in response.headers
        assert "server" not in response.headers


def test_more_parameters_than_any_view_needs_are_refused(client: TestClient) -> None:
    """The first parameter beyond the most is named, and how many there may be; none of them costs a query."""
    query = "&".join(["party=openai"] * MOST_PARAMETERS + ["issue=windsurf"])
    answer = client.get(f"/en/claims.json?{query}")
    said = answer.json()
    assert answer.status_code == 400
    assert (said["parameter"], said["fault"]) == ("issue", "too-many")
    assert said["expected"] == [str(MOST_PARAMETERS)]
