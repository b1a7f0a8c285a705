"""One address, several representations: the page, the fragment, 304, HEAD, and the ways to the canonical form."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.page import FRAGMENT, PARTIAL, Page
from tests.test_pages import LANGUAGES, LISTS, PAGES

WITH_RESULTS = (*LISTS, "/scenarios", "/scenarios/evidence", "/scenarios/exposure")


@pytest.mark.parametrize("path", WITH_RESULTS)
def test_htmx_gets_the_results_alone(page: Callable[..., Page], path: str) -> None:
    """A partial request is answered with the results block, its title, and nothing of the frame."""
    found = page(f"/en{path}", **PARTIAL)
    assert not found.all("header")
    assert found.has_id("results")
    assert len(found.all("title")) == 1
    assert found.ids == page(f"/en{path}").ids


@pytest.mark.parametrize("path", WITH_RESULTS)
def test_a_history_restore_gets_the_whole_page(page: Callable[..., Page], path: str) -> None:
    """Back and Forward say that they are htmx too, and must never be shown a bare fragment."""
    found = page(f"/en{path}", **PARTIAL, HX_History_Restore_Request="true")
    assert found.all("header")
    assert found.text == page(f"/en{path}").text


@pytest.mark.parametrize(
    "headers", [{"HX_Request": "true", "HX_Request_Type": "full"}, {**PARTIAL, "HX_Target": "body"}]
)
def test_any_other_htmx_request_gets_the_whole_page(page: Callable[..., Page], headers: dict[str, str]) -> None:
    """Only a partial request for a block that exists is answered with a block."""
    assert page("/en/claims", **headers).all("header")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_without_results_is_whole_for_htmx_too(page: Callable[..., Page], path: str) -> None:
    """No page answers a partial request with an empty or broken fragment."""
    found = page(f"/fr{path}", **PARTIAL)
    assert found.has_id("results") or found.all("header")


@pytest.mark.parametrize("path", WITH_RESULTS)
def test_page_and_fragment_are_told_apart(client: TestClient, path: str) -> None:
    """Their entity tags differ and Vary names what decides, or a browser would show the one as the other."""
    whole = client.get(f"/en{path}")
    part = client.get(f"/en{path}", headers=FRAGMENT)
    assert whole.headers["etag"] != part.headers["etag"]
    for response in (whole, part):
        vary = {each.strip() for each in response.headers["vary"].split(",")}
        assert {"HX-Request", "HX-Request-Type", "HX-Target", "HX-History-Restore-Request", "Accept-Encoding"} <= vary
        assert response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", PAGES)
def test_what_the_reader_has_is_not_sent_again(client: TestClient, path: str) -> None:
    """The entity tag sent back gives 304 without a body, and HEAD the same headers as GET."""
    first = client.get(f"/en{path}")
    again = client.get(f"/en{path}", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert not again.content
    assert again.headers["etag"] == first.headers["etag"]
    head = client.head(f"/en{path}")
    assert head.status_code == 200
    assert head.headers["etag"] == first.headers["etag"]


def test_a_tag_names_one_view_only(client: TestClient) -> None:
    """Language, filter, day of the view and page are all in the tag."""
    addresses = ["/en/claims", "/fr/claims", "/en/claims?status=confirmed", "/en/claims?as_of=2025-06-18"]
    tags = {client.get(address).headers["etag"] for address in [*addresses, "/en/claims?page=2"]}
    assert len(tags) == 5


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/en/claims?q=&from=&to=&sort=newest", "/en/claims"),
        ("/en/claims?page=1&size=30", "/en/claims"),
        ("/en/claims?status=reported&status=confirmed&status=reported", "/en/claims?status=confirmed&status=reported"),
        ("/fr/claims?q=%20%20azure%20%20openai", "/fr/claims?q=azure+openai"),
        ("/en/timeline?sort=oldest", "/en/timeline"),
    ],
)
def test_one_view_has_one_address(client: TestClient, asked: str, canonical: str) -> None:
    """Another way to ask the same leads to the canonical address, in one step."""
    response = client.get(asked)
    assert response.status_code == 308
    assert response.headers["location"] == canonical
    assert client.get(canonical).status_code == 200


def test_another_order_is_the_same_view(page: Callable[..., Page]) -> None:
    """Parameters in another order are answered as they are; the page names its canonical address and tag."""
    asked = page("/en/claims?status=reported&issue=windsurf")
    canonical = page("/en/claims?issue=windsurf&status=reported")
    assert asked.text == canonical.text
    assert asked.headers["etag"] == canonical.headers["etag"]
    (link,) = asked.all("link", rel="canonical")
    assert link.get("href") == "/en/claims?issue=windsurf&status=reported"


def test_htmx_is_told_the_canonical_address(client: TestClient) -> None:
    """A form sends its empty fields; the address shown afterwards has none of them."""
    response = client.get("/en/claims?q=azure&from=&to=&sort=newest", headers=FRAGMENT)
    assert response.status_code == 200
    assert response.headers["hx-push-url"] == "/en/claims?q=azure"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "en"), ("fr", "fr"), ("fr-CA,en;q=0.5", "fr"), ("en;q=0.5,fr;q=0.9", "fr"), ("de", "en"), ("*", "en"),
     ("fr;q=0,en", "en"), ("fr;q=banana", "en"), (";;;,,,=", "en"), ("FR", "fr"), ("fr_FR", "fr")],
)  # fmt: skip
def test_an_address_without_a_language_leads_to_the_readers(client: TestClient, accepted: str, language: str) -> None:
    """Whatever a browser sends, the reader lands on a language, and the query is kept."""
    headers = {"Accept-Language": accepted}
    assert client.get("/", headers=headers).headers["location"] == f"/{language}/"
    response = client.get("/claims?status=confirmed&q=azure", headers=headers)
    assert response.status_code == 307
    assert response.headers["location"] == f"/{language}/claims?status=confirmed&q=azure"
    assert response.headers["vary"] == "Accept-Language"


def test_slashes_lead_to_the_page(client: TestClient) -> None:
    """A slash too many or too few is mended, not refused."""
    assert client.get("/en").headers["location"] == "/en/"
    assert client.get("/fr/claims/").headers["location"] == "/fr/claims"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_other_language_shows_the_same_view(page: Callable[..., Page], language: str) -> None:
    """The language switch keeps the filter and lists the same entries."""
    here = page(f"/{language}/claims?issue=ownership&status=reported&as_of=2025-06-18")
    there = page(here.by_id("other-language").get("href") or "")
    assert there.root.get("lang") != language
    assert here.ids == there.ids
    assert here.count == there.count > 0


def test_a_prefix_is_kept_in_every_address(releases: object, client: TestClient) -> None:
    """Behind a proxy that strips a prefix, each address on a page carries it."""
    with TestClient(client.app, root_path="/desk", follow_redirects=False) as prefixed:
        redirect = prefixed.get("/desk/claims?q=azure")
        assert redirect.headers["location"] == "/desk/en/claims?q=azure"
        found = Page.fetch(prefixed, "/desk/en/issues/windsurf?status=superseded", 200, {})
    for element in (*found.all("a"), *found.all("link"), *found.all("script"), *found.all("form")):
        address = element.get("href") or element.get("src") or element.get("action") or ""
        assert address.startswith(("/desk/", "#", "https://")), f"{address} has lost the prefix"
