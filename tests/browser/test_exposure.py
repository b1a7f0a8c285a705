"""The calculations in a browser: choosing readings, the address, Back, and what leads away."""

import pytest
from playwright.sync_api import expect

from tests.browser import Reader

ADDRESS = "/scenarios/exposure"
CALCULATION = "#calculation-part-paid"
FUNDED = "#choose-part-paid-funded"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_reading_is_chosen(either_reader: Reader, language: str) -> None:
    """Another reading gives another result at its own address; it opens elsewhere as it is, and Back undoes it."""
    reader = either_reader
    reader.open(f"/{language}{ADDRESS}")
    result = reader.find(f"{CALCULATION} .result .number")
    before = result.inner_text()
    if reader.scripted:
        reader.mark()
    reader.find(FUNDED).select_option("sec-funded-2025-09")
    reader.find("#compute-part-paid").click()
    address = f"/{language}{ADDRESS}?x.part-paid.funded=sec-funded-2025-09"
    reader.tab.wait_for_url(lambda url: url.removeprefix(reader.watch.site) == address)
    expect(result).not_to_have_text(before)
    expect(reader.find(FUNDED)).to_have_value("sec-funded-2025-09")
    after = result.inner_text()
    if reader.scripted:
        assert reader.marked, "choosing a reading loaded a whole page"
        assert reader.same_announcer
        expect(reader.find("#compute-part-paid")).to_be_focused()
    other = reader.another_tab()
    other.open(address)
    expect(other.find(f"{CALCULATION} .result .number")).to_have_text(after)
    expect(other.find(FUNDED)).to_have_value("sec-funded-2025-09")
    reader.tab.go_back()
    expect(result).to_have_text(before)
    expect(reader.find(FUNDED)).to_have_value("sec-funded-2026-06")


def test_the_literal_numbers_are_taken_by_a_link(either_reader: Reader) -> None:
    """The article's two billion give another result and are marked as literal; the other link leads back."""
    reader = either_reader
    reader.open(f"/fr{ADDRESS}")
    result = reader.find("#calculation-part-of-the-round .result .number")
    before = result.inner_text()
    reader.find("#literal-part-of-the-round").click()
    expect(result).not_to_have_text(before)
    expect(reader.find("#choose-part-of-the-round-at_risk")).to_have_value("article")
    reader.find("#normalised-part-of-the-round").click()
    expect(result).to_have_text(before)


def test_what_leads_away_opens_whole(reader: Reader) -> None:
    """The script takes over choices alone: a link to a figure or a chart opens that page, and not a part of it."""
    for name in ("Microsoft’s investment in OpenAI", "Link to this chart"):
        reader.open(f"/en{ADDRESS}")
        reader.find(CALCULATION).get_by_role("link", name=name).first.click()
        expect(reader.find("h1")).to_have_count(1)
        expect(reader.find("#results")).to_have_count(0)


def test_a_day_keeps_the_choice(either_reader: Reader) -> None:
    """Going to an earlier day keeps the readings chosen; one not published then is said to be so, and not replaced."""
    reader = either_reader
    reader.open(f"/en{ADDRESS}?x.part-paid.funded=sec-funded-2025-09")
    reader.find("#as-of-day").fill("2025-06-18")
    reader.find("form.as-of button").click()
    expect(reader.find(CALCULATION)).to_contain_text("had not been published")
    assert "as_of=2025-06-18" in reader.tab.url
    assert "x.part-paid.funded=sec-funded-2025-09" in reader.tab.url
