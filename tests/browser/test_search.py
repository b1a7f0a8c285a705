"""The search by hand: the slash key, the box on every page, and filtering what was found."""

import pytest
from playwright.sync_api import expect

from tests.browser import Reader
from tests.browser.conftest import OpenReader


def test_the_slash_goes_to_the_box(reader: Reader) -> None:
    """The slash key focuses the search box, and is a slash like any other inside a field."""
    reader.open("/en/claims")
    reader.tab.keyboard.press("/")
    box = reader.find("#search-words")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    reader.tab.keyboard.type("a/b")
    expect(box).to_have_value("a/b")
    reader.find("#filter-from").focus()
    reader.tab.keyboard.press("/")
    expect(reader.find("#filter-from")).to_be_focused()
    expect(reader.find("#filter-from")).to_have_value("/")


@pytest.mark.parametrize("scripted", [True, False])
def test_a_search_is_made_and_narrowed(open_reader: OpenReader, scripted: bool) -> None:
    """From any page words lead to what holds them, marked; a kind chosen there narrows it, with and without scripts."""
    reader = open_reader(scripted=scripted)
    reader.open("/fr/scenarios?as_of=2026-06-30")
    reader.find("#search-words").fill("azure")
    reader.find("#search-words").press("Enter")
    expect(reader.find("#count")).to_be_visible()
    assert "/fr/search?q=azure&as_of=2026-06-30" in reader.tab.url
    expect(reader.find(".hit mark").first).to_have_text("Azure")
    kind = reader.find('#results [data-facet="in"][data-value="glossary"]')
    promised = kind.get_attribute("data-count")
    kind.click()
    expect(reader.find(f'#count[data-count="{promised}"]')).to_be_visible()
    expect(reader.chip("in")).to_be_visible()
    assert {each.get_attribute("data-kind") for each in reader.find(".hit").all()} == {"glossary"}
