"""What a page weighs on its way to a reader, measured through the server, compressed as browsers get it."""

import gzip
import re
from functools import cache
from urllib.parse import urljoin

import brotli
import html5lib
import pytest
from starlette.testclient import TestClient

from scripts.page_kinds import LANGUAGES, PAGES, STATUS

KILOBYTE = 1024
HTML = 50 * KILOBYTE
"""The most that a page itself may weigh."""
WHOLE = 250 * KILOBYTE
"""The most that a first visit may weigh: the page with its styles, scripts, icon and fonts."""
FONTS = 120 * KILOBYTE


def weigh(client: TestClient, address: str, status: int = 200) -> tuple[int, str]:
    """How many bytes an address sends, and its text where it is text."""
    with client.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.status_code == status, f"{address} answered {answer.status_code}"
        sent = b"".join(answer.iter_raw())
        assert int(answer.headers["content-length"]) == len(sent)
    response = client.get(address) if "font" not in address else None
    return len(sent), response.text if response is not None else ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_keeps_to_its_weight(client: TestClient, kind: str, language: str) -> None:
    """A page weighs at most 50 KB, and at most 250 KB with everything it loads, its fonts at most 120 KB of that."""

    @cache
    def loaded(address: str) -> tuple[int, int]:
        """The weight of a file and of the fonts that it names."""
        weight, text = weigh(client, address)
        fonts = {urljoin(address, each) for each in re.findall(r"url\([\"']?([^)\"']+\.woff2[^)\"']*)", text)}
        return weight, sum(weigh(client, each)[0] for each in sorted(fonts))

    # Lists in their usual length, not in the shorter one that the browser tests look at.
    path = re.sub(r"[?&]size=\d+", "", PAGES[kind])
    _, text = weigh(client, f"/{language}{path}", STATUS.get(kind, 200))
    # As gzip packs it by default: the very first reader's is packed in less time, all later ones' (brotli) better.
    weight = len(gzip.compress(text.encode()))
    assert weight <= HTML, f"{kind} in {language} weighs {weight / KILOBYTE:.0f} KB"
    root = html5lib.parse(text, namespaceHTMLElements=False)
    files = {each.get("src") for each in root.iter("script")}
    files |= {each.get("href") for each in root.iter("link") if each.get("rel") in ("stylesheet", "icon", "preload")}
    assert any("/main." in each for each in files)
    parts = [loaded(each) for each in sorted(files)]
    fonts = sum(of_fonts for _, of_fonts in parts)
    assert fonts <= FONTS, f"the fonts weigh {fonts / KILOBYTE:.0f} KB"
    whole = weight + sum(of_file for of_file, _ in parts) + fonts
    assert whole <= WHOLE, f"{kind} in {language} weighs {whole / KILOBYTE:.0f} KB with all it loads"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_visit_is_light(client: TestClient, language: str) -> None:
    """The overview weighs 30 kB with all it loads but the fonts, compressed as it is kept, in at most six requests."""
    text = client.get(f"/{language}/").text
    loaded = sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js|svg))"', text)))
    fonts = set(re.findall(r'href="(/static/[^"]+\.woff2)"', text))
    sizes = {each: len(brotli.compress(client.get(each).content, quality=10)) for each in loaded}
    sizes["the page"] = len(brotli.compress(text.encode(), quality=10))
    assert sum(sizes.values()) <= 30_000, sizes
    assert 1 + len(loaded) + len(fonts) <= 6


def test_only_what_has_results_loads_htmx(client: TestClient) -> None:
    """A page with nothing to filter is spared a third of its bytes; one with results can be filtered in place."""
    for path in ("/", "/about", "/claims", "/search?q=azure", "/issues/ownership?size=1", "/scenarios", "/claims/u10"):
        text = client.get(f"/en{path}").text
        assert ("/js/lists." in text) == ('id="results"' in text), path
