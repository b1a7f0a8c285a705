"""What was said since, in a browser: held to WCAG, on a narrow screen, and filtered with and without scripts."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shutil import rmtree

import pytest
from playwright.sync_api import expect

from app.watch.addresses import mention_id
from app.watch.mentions import Mention, Store
from tests.browser.conftest import OpenReader
from tests.browser.test_accessibility import NARROW, in_words, run_axe


@pytest.fixture
def mentions(watched: Path) -> Iterator[None]:
    """Mentions in the folder that the site looks into, long words included; gone afterwards."""
    told = (("ownership", "openai", "OpenAI"), ("competition", "microsoft", "Unternehmenszusammenschlusskontrolle" * 3))
    with Store.opened(watched) as store:
        for issue, party, title in told:
            address = f"https://news.example.org/{issue}"
            fields = {"id": mention_id(address), "title": title, "publisher": f"Journal of {party}", "address": address}
            days = {"published": date(2026, 11, 20), "seen": date(2026, 11, 21)}
            found = {"issues": (issue,), "parties": (party,), "terms": ("stake", "IPO")}
            store.append([Mention(**fields, **days, **found, language="en", feed="x", kind="feed")])
    yield
    rmtree(watched)


@pytest.mark.usefixtures("mentions")
def test_mentions_violate_nothing(open_reader: OpenReader) -> None:
    """Axe finds nothing where mentions are shown, light and dark, and nothing is wider than a narrow screen."""
    reader = open_reader(width=NARROW, height=640, color_scheme="light")
    for path in ("/fr/issues/competition?size=5", "/en/mentions"):
        reader.open(path)
        expect(reader.find(".mention").first).to_be_visible()
        assert reader.tab.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for theme, part in (("light", "all"), ("dark", "colours")):
        reader.tab.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        assert not (wrong := run_axe(reader, part)["violations"]), in_words(wrong)


@pytest.mark.usefixtures("mentions")
@pytest.mark.parametrize("scripted", [True, False])
def test_mentions_are_filtered_by_hand(open_reader: OpenReader, scripted: bool) -> None:
    """A publisher chosen from the filter leaves its mentions, names itself in the address, and can be dropped again."""
    reader = open_reader(scripted=scripted)
    reader.open("/en/mentions")
    expect(reader.find('#count[data-count="2"]')).to_be_visible()
    reader.find('[data-facet="publisher"][data-value="journal-of-openai"]').click()
    expect(reader.find('#count[data-count="1"]')).to_be_visible()
    assert reader.tab.url.endswith("/en/mentions?publisher=journal-of-openai")
    reader.find('[data-chip="publisher"]').click()
    expect(reader.find('#count[data-count="2"]')).to_be_visible()
