"""Addresses that people keep: those of the past still answer, and search engines find those of today."""

from xml.etree import ElementTree

from starlette.testclient import TestClient

from app.dossier.schema import Dossier
from app.pages.crawling import LEFT_OUT
from app.settings import PROJECT
from tests.test_pages import LANGUAGES, PAGES

KEPT = tuple((PROJECT / "tests" / "permalinks.txt").read_text("utf-8").split())
"""Every address that was once given out. The list only grows: an address that moves gets a permanent redirect."""

NAMESPACES = {"map": "http://www.sitemaps.org/schemas/sitemap/0.9", "xhtml": "http://www.w3.org/1999/xhtml"}


def test_what_was_once_an_address_still_is(client: TestClient) -> None:
    """Each kept address answers, or leads permanently and in one step to one that does."""
    gone = []
    for address in KEPT:
        answer = client.head(address)
        if answer.status_code in (301, 308):
            answer = client.head(answer.headers["location"])
        if answer.status_code != 200:
            gone.append((address, answer.status_code))
    assert not gone, f"these addresses no longer answer: {gone}"
    assert len(set(KEPT)) == len(KEPT)


def test_every_page_is_kept() -> None:
    """The list has every page of today, in both languages."""
    missing = {f"/{language}{path}" for language in LANGUAGES for path in PAGES} - set(KEPT)
    assert not missing, f"add these to tests/permalinks.txt: {sorted(missing)}"


def test_the_map_has_every_page(client: TestClient, dossier: Dossier) -> None:
    """The site map holds whole addresses of the host that was asked, each in both languages, and those tried answer."""
    answer = client.get("/sitemap.xml", headers={"Host": "faultlines.example"})
    assert answer.headers["content-type"].startswith("application/xml")
    assert "Host" in answer.headers["vary"]
    root = ElementTree.fromstring(answer.text)
    site = "http://faultlines.example"
    mapped = set()
    for each in root.findall("map:url", NAMESPACES):
        place = each.findtext("map:loc", namespaces=NAMESPACES)
        assert place is not None
        mapped.add(place.removeprefix(site))
        twins = {link.get("hreflang"): link.get("href") for link in each.findall("xhtml:link", NAMESPACES)}
        assert set(twins) == set(LANGUAGES)
        assert place in twins.values()
    plain = {path for path in PAGES if "?" not in path and path not in LEFT_OUT and "/charts/" not in path}
    assert {f"/{language}{path}" for language in LANGUAGES for path in plain} <= mapped
    assert {f"/en/claims/{claim.id}" for claim in dossier.claims} <= mapped
    for address in sorted(mapped)[::25]:
        assert client.head(address).status_code == 200, address


def test_robots_know_the_map_and_what_repeats(client: TestClient) -> None:
    """Search engines are told where the map is, and to leave frozen copies and searches alone."""
    answer = client.get("/robots.txt", headers={"Host": "faultlines.example"})
    lines = answer.text.splitlines()
    assert "Sitemap: http://faultlines.example/sitemap.xml" in lines
    assert {"Disallow: /r/", "Disallow: /en/search", "Disallow: /fr/search"} <= set(lines)
    assert client.get("/robots.txt").text != answer.text
    tag = client.get("/sitemap.xml").headers["etag"]
    assert client.get("/sitemap.xml", headers={"If-None-Match": tag}).status_code == 304


def test_a_bookmark_of_weights_says_them(client: TestClient) -> None:
    """The title of the panel names what was picked and the weights, in the reader's language."""
    english = client.get("/en/scenarios?impact=market&w.drift=30").text.partition("</title>")[0].partition("<title>")[2]
    assert "Scenarios – Market reaction, " in english
    assert english.endswith(" 30 · Faultlines")
    assert client.get("/en/scenarios").text.partition("</title>")[0].endswith("<title>Scenarios · Faultlines")
