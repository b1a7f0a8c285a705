"""What a bookmark is called: the title and the description of a page say what was chosen, and no two are alike."""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.dossier.schema import Dossier
from scripts.page_kinds import LANGUAGES, PAGES, STATUS
from tests.page import FRAGMENT, Page

CHOSEN = (
    ("/claims?issue=ownership&status=disputed", ("Ownership", "Disputed"), ("Capital et contrôle", "Contestée")),
    ("/claims?issue=ownership&page=2", ("page 2",), ("page 2",)),
    ("/claims?q=azure", ("“azure”",), ("« azure »",)),
    ("/timeline?from=2025", ("From 2025",), ("2025",)),
    ("/figures?issue=competition", ("Competition",), ()),
    ("/sources?party=microsoft", ("Microsoft",), ("Microsoft",)),
    ("/search?q=azure&in=claims", ("“azure”", "Claims"), ("azure", "ffirmations")),
    ("/issues/windsurf?status=superseded", ("Superseded",), ()),
    ("/scenarios?scenario=drift&w.drift=30&w.rupture=10", ("30", "10"), ("30", "10")),
    ("/scenarios/evidence?without=attribution:unnamed", ("without",), ("sans",)),
    ("/scenarios/cross-impact?as_of=2026-05-01", ("As of 1 May 2026",), ("1er mai 2026",)),
    ("/charts/ranking?without=attribution:unnamed", ("without",), ("sans",)),
    ("/claims/u10?as_of=2026-05-01", ("As of 1 May 2026",), ("1er mai 2026",)),
    ("/changes?as_of=2026-05-01", ("As of 1 May 2026",), ("1er mai 2026",)),
)


def named(page: Page) -> tuple[str, str]:
    """The title and the description of a page."""
    (description,) = (each.get("content") or "" for each in page.all("meta", name="description"))
    return page.words(page.all("title")[0]), " ".join(description.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_pages_are_called_alike(page: Callable[..., Page], language: str) -> None:
    """Every kind of page, and each with something chosen, has a title and a description of its own."""
    addresses = [each for kind, each in PAGES.items() if kind not in STATUS]
    addresses += [address for address, *_ in CHOSEN if address not in addresses]
    titles: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    for address in addresses:
        title, description = named(page(f"/{language}{address}"))
        assert titles.setdefault(title, address) == address, title
        assert descriptions.setdefault(description, address) == address, description
        assert len(description) > 20


@pytest.mark.parametrize(("address", "english", "french"), CHOSEN)
def test_title_and_description_say_what_was_chosen(
    page: Callable[..., Page], address: str, english: tuple[str, ...], french: tuple[str, ...]
) -> None:
    """What was chosen stands in both, after the page's own name, in the reader's language."""
    for language, words in (("en", english), ("fr", french)):
        title, description = named(page(f"/{language}{address}"))
        plain, _ = named(page(f"/{language}{address.partition('?')[0]}"))
        assert title.startswith(plain.removesuffix(" · Faultlines") + " – ") or "/charts/" in address, title
        for each in words:
            assert each.lower() in title.lower(), (each, title)
            assert each.lower() in description.lower(), (each, description)


def test_the_readings_chosen_are_said(page: Callable[..., Page], client: TestClient) -> None:
    """A calculation with a reading chosen names input and reading."""
    data = client.get("/openapi.json").json()["components"]["parameters"]
    name, reading = next(
        (each["name"], each["schema"]["enum"][1])
        for each in data.values()
        if each["name"].startswith("x.") and len(each["schema"]["enum"]) > 1
    )
    title, description = named(page(f"/en/scenarios/exposure?{name}={reading}"))
    for each in (title, description):
        assert f"{name.removeprefix('x.')} = {reading}" in each


def test_a_fragment_brings_the_same_title(client: TestClient, page: Callable[..., Page]) -> None:
    """Whoever filters by htmx has the title of the page that the address leads to, and cites it so."""
    address = "/en/claims?issue=ownership&status=disputed&page=2&size=5"
    part = client.get(address, headers=FRAGMENT).text
    whole = page(address)
    assert f"<title>{whole.words(whole.all('title')[0])}</title>" in re.sub(r"\s+", " ", part)
    assert "Disputed, page 2”, release" in whole.text


def test_no_two_entries_are_called_alike(dossier: Dossier) -> None:
    """The titles of claims, as long as they are shown, of figures and of sources are each their own."""
    for language in LANGUAGES:
        for texts in (
            [getattr(each.text, language)[:90] for each in dossier.claims],
            [getattr(each.name, language) for each in dossier.figures],
            [getattr(each.title, language) for each in dossier.sources],
        ):
            assert len(set(texts)) == len(texts), [each for each in texts if texts.count(each) > 1]
