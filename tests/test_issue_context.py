"""What an issue stands in: the scenarios that touch it, and the sources that its claims cite most."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from xml.etree.ElementTree import Element

import pytest
from starlette.testclient import TestClient

from app.dossier.schema import Dossier
from app.pages.issues import MOST_CITED
from app.publish.visibility import Visibility
from tests.page import Page

ISSUES = ("ownership", "exclusive-rights", "competition", "windsurf")
DAYS = ("", "?as_of=2025-06-18", "?as_of=2025-11-30")


def day_of(query: str) -> date:
    return date.fromisoformat(query.partition("=")[2]) if query else date.max


def address_of(link: Element) -> str:
    """The last part of the path of a link: the id of what it leads to."""
    return (link.get("href") or "").partition("?")[0].rpartition("/")[2]


def slow_touches(dossier: Dossier, issue: str, day: date) -> dict[str, list[str]]:
    """Impact → the claims about an issue that it rests on, one entry at a time."""
    visible = Visibility(dossier)
    about = {each.id for each in dossier.claims if issue in each.issues and visible.claim(each.id) <= day}
    found = {}
    for each in dossier.impacts:
        known = all(visible.claim(claim) <= day for claim in each.claims)
        claims = [claim for claim in each.claims if claim in about]
        if known and claims:
            found[f"{each.scenario}-{each.area}"] = claims
    return found


def slow_citations(dossier: Dossier, issue: str, day: date) -> Counter[str]:
    """Source → how many claims about an issue cite it, one claim at a time."""
    visible, sources = Visibility(dossier), {each.id: each for each in dossier.sources}
    return Counter(
        source
        for claim in dossier.claims
        if issue in claim.issues and visible.claim(claim.id) <= day
        for source in {each.source for each in claim.evidence}
        if visible.source(sources[source]) <= day
    )


@pytest.mark.parametrize("query", DAYS)
@pytest.mark.parametrize("issue", ISSUES)
def test_scenarios_are_listed_where_they_rest_on_the_issue(
    client: TestClient, page: Callable[..., Page], dossier: Dossier, issue: str, query: str
) -> None:
    """Page, in both languages, and data name the cells that rest on claims about the issue, with these claims."""
    expected = slow_touches(dossier, issue, day_of(query))
    item = client.get(f"/en/issues/{issue}.json{query}").json()["item"]
    assert {each["impact"]: each["claims"] for each in item["touching"]} == expected
    for language in ("en", "fr"):
        found = page(f"/{language}/issues/{issue}{query}")
        section = found.by_id("scenarios")
        cells = [each.get("data-cell") for each in section.iter("a") if each.get("data-cell")]
        claims = [[address_of(each) for each in cell.iter("a")] for cell in section.iter("dd")]
        assert dict(zip(cells, claims, strict=True)) == expected
        assert any(each.get("class") == "blank" for each in section) != bool(expected)
    assert bool(expected) or issue == "windsurf" or query, "the shipped dossier has scenarios for three issues"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_cell_leads_to_the_scenario_in_its_area(page: Callable[..., Page], language: str) -> None:
    """The link of a cell is the panel filtered to one scenario and one area."""
    found = page(f"/{language}/issues/competition")
    terms = [each for each in found.by_id("scenarios").iter("a") if each.get("data-cell")]
    assert terms
    for term in terms[:3]:
        panel = page(term.get("href") or "")
        assert panel.count == 1
        assert panel.has_id(f"impact-{term.get('data-cell')}")


@pytest.mark.parametrize("query", DAYS)
@pytest.mark.parametrize("issue", ISSUES)
def test_the_sources_cited_most_are_a_slow_count(
    client: TestClient, page: Callable[..., Page], dossier: Dossier, issue: str, query: str
) -> None:
    """Page and data name the sources that most claims cite, and each number is that of the list that it leads to."""
    counts = slow_citations(dossier, issue, day_of(query))
    expected = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:MOST_CITED]
    item = client.get(f"/fr/issues/{issue}.json{query}").json()["item"]
    assert [(each["source"], each["claims"]) for each in item["most_cited"]] == expected
    assert item["sources"] == len(counts)
    for language in ("en", "fr"):
        found = page(f"/{language}/issues/{issue}{query}")
        rows = [each for each in found.by_id("sources").iter("li") if each.get("data-source")]
        links = {each.get("data-source"): next(a for a in each.iter("a") if a.get("data-count")) for each in rows}
        assert [(source, int(link.get("data-count") or "")) for source, link in links.items()] == expected
        for link in list(links.values())[:2]:
            assert page(link.get("href") or "").count == int(link.get("data-count") or "")
