"""Every page, in both languages, at every address that the contract names."""

from collections.abc import Callable

import pytest

from app.dossier.schema import Dossier
from app.pages.routing import suffix_of
from tests.page import Page

LANGUAGES = ("en", "fr")
LISTS = ("/claims", "/timeline", "/figures", "/sources", "/issues/ownership")
PAGES = (
    "/",
    "/issues/ownership",
    "/issues/exclusive-rights",
    "/issues/competition",
    "/issues/windsurf",
    "/issues/ownership/briefing",
    "/issues/exclusive-rights/briefing",
    "/issues/competition/briefing",
    "/issues/windsurf/briefing",
    "/scenarios",
    "/scenarios/cross-impact",
    "/scenarios/exposure",
    "/scenarios/new-terms",
    "/scenarios/drift",
    "/scenarios/complaint",
    "/scenarios/rupture",
    "/scenarios/evidence",
    "/impacts/industry",
    "/impacts/regulation",
    "/impacts/market",
    "/impacts/technology",
    "/claims",
    "/claims/u10",
    "/timeline",
    "/figures",
    "/figures/microsoft-investment",
    "/figures/funding-at-risk",
    "/figures/profit-share",
    "/figures/revenue-share",
    "/figures/equity-stake",
    "/contradictions",
    "/parties",
    "/parties/openai",
    "/parties/microsoft",
    "/sources",
    "/sources/article-fr",
    "/glossary",
    "/search",
    "/search?q=azure",
    "/mentions",
    "/about",
    "/changes",
    "/charts/timeline",
    "/charts/mix-ownership",
    "/charts/attribution-windsurf",
    "/charts/readings-microsoft-investment",
    "/charts/scenarios",
    "/charts/ranking",
    "/charts/swings-part-paid",
    "/accessibility",
    "/docs",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_address_of_the_contract_is_a_page(page: Callable[..., Page], language: str, path: str) -> None:
    """Each address of the contract answers with a well-formed page in its language."""
    found = page(f"/{language}{path}")
    assert found.root.get("lang") == language


def test_every_entry_of_the_dossier_has_its_page(page: Callable[..., Page], dossier: Dossier) -> None:
    """Each claim, figure, party and source is shown, whatever the dossier says of it."""
    for kind, entries in (
        ("claims", dossier.claims),
        ("figures", dossier.figures),
        ("parties", dossier.parties),
        ("sources", dossier.sources),
    ):
        for entry in entries:
            page(f"/fr/{kind}/{entry.id}")


def test_every_link_leads_somewhere(page: Callable[..., Page], dossier: Dossier) -> None:
    """From the overview, every address on every page reached is a page, and every anchor is on it."""
    seen: dict[str, Page] = {}
    waiting = ["/en/", "/fr/"]
    anchors: set[tuple[str, str]] = set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        found = seen[address] = page(address)
        for link in found.links():
            target, _, anchor = link.partition("#")
            if not target.startswith("/"):
                continue
            if anchor:
                anchors.add((target, anchor))
            if "?" not in target and not suffix_of(target) and not target.endswith(".sqlite"):
                waiting.append(target)
    missing = [f"{target}#{anchor}" for target, anchor in anchors if target in seen and not seen[target].has_id(anchor)]
    assert not missing, f"these anchors are not on their pages: {sorted(missing)[:10]}"
    assert len(seen) > 2 * (len(dossier.claims) + len(dossier.sources)), "the crawl stopped short of the entries"
