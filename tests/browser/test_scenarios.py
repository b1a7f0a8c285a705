"""The scenario panel, and the site as of an earlier day."""

import pytest
from playwright.sync_api import expect

from tests.browser import Reader


def shown(reader: Reader) -> list[str]:
    """The scenarios in the panel."""
    ids: list[str] = reader.find("#results tr[data-id]").evaluate_all("(rows) => rows.map((row) => row.dataset.id)")
    return ids


@pytest.mark.parametrize("language", ["en", "fr"])
def test_scenarios_and_areas_are_picked(either_reader: Reader, language: str) -> None:
    """Picking two scenarios and one area shows those cells alone; the address gives them again; Back undoes each."""
    reader = either_reader
    reader.open(f"/{language}/scenarios")
    every = shown(reader)
    assert every == ["new-terms", "drift", "complaint", "rupture"]
    if reader.scripted:
        reader.mark()
    reader.find("#choice-scenario-drift").click()
    expect(reader.find("#results tr[data-id]")).to_have_count(1)
    assert shown(reader) == ["drift"]
    reader.find("#choice-scenario-rupture").click()
    expect(reader.find("#results tr[data-id]")).to_have_count(2)
    assert shown(reader) == ["drift", "rupture"]
    reader.find("#choice-impact-market").click()
    expect(reader.find("#results td")).to_have_count(2)
    expect(reader.find("#count")).to_have_attribute("data-count", "2")
    address = f"/{language}/scenarios?impact=market&scenario=drift&scenario=rupture"
    assert reader.tab.url.removeprefix(reader.watch.site) == address
    if reader.scripted:
        assert reader.marked, "picking a scenario loaded a whole page"
        assert reader.same_announcer
        expect(reader.find("#choice-impact-market")).to_be_focused()
    other = reader.another_tab()
    other.open(address)
    assert shown(other) == ["drift", "rupture"]
    expect(other.find("#results td")).to_have_count(2)
    reader.tab.go_back()
    expect(reader.find("#results td")).to_have_count(8)
    expect(reader.find("#choice-impact-market")).not_to_have_attribute("aria-current", "true")
    expect(reader.find("#choice-scenario-drift")).to_have_attribute("aria-current", "true")
    reader.find("#clear").click()
    expect(reader.find("#results tr[data-id]")).to_have_count(4)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_cell_opens_in_place(either_reader: Reader, language: str) -> None:
    """A cell unfolds its reasoning where it stands, and its address leads to the same cell, alone and marked."""
    reader = either_reader
    reader.open(f"/{language}/scenarios")
    cell = reader.find("#results td:not([data-firmness=nothing])").first
    identifier = cell.get_attribute("id")
    address = reader.tab.url
    expect(cell.locator("details a").first).to_be_hidden()
    cell.locator("summary").click()
    expect(cell.locator("details p").first).to_be_visible()
    assert reader.tab.url == address
    link = cell.locator(f'a[href$="#{identifier}"]')
    expect(link).to_be_visible()
    link.click()
    expect(reader.find(f"section#{identifier}")).to_be_visible()
    assert reader.tab.url.endswith(f"#{identifier}")
    assert reader.find(f"section#{identifier}:target").count() == 1
    reader.tab.go_back()
    expect(reader.find("#results tr[data-id]")).to_have_count(4)


def test_an_open_cell_stays_open_when_a_scenario_is_picked(reader: Reader) -> None:
    """What a reader has unfolded is not folded away by the next choice."""
    reader.open("/en/scenarios")
    cell = reader.find("#scenario-drift td").first
    cell.locator("summary").click()
    reader.find("#choice-scenario-drift").click()
    expect(reader.find("#results tr[data-id]")).to_have_count(1)
    expect(cell.locator("details")).to_have_attribute("open", "")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_site_as_of_a_day(either_reader: Reader, language: str) -> None:
    """A day chosen in the form hides what came later, says so on each page reached, and can be left in one click."""
    reader = either_reader
    reader.open(f"/{language}/timeline")
    today = reader.view()
    reader.find("#as-of-day").fill("2025-06-30")
    reader.find("#as-of-day").press("Enter")
    past = reader.arrives(f"/{language}/timeline?as_of=2025-06-30")
    expect(reader.find("aside.past")).to_be_visible()
    assert past.ids
    assert set(past.ids) < set(today.ids)
    days = reader.find("#results time").evaluate_all("(times) => times.map((each) => each.dateTime)")
    assert max(days)[:7] <= "2025-06", "something later is shown"
    reader.find('.nav-issues a[href*="/issues/competition"]').click()
    reader.arrives(f"/{language}/issues/competition?as_of=2025-06-30")
    expect(reader.find("aside.past")).to_be_visible()
    expect(reader.find("#as-of-day")).to_have_value("2025-06-30")
    reader.find("#other-language").click()
    other = "fr" if language == "en" else "en"
    reader.arrives(f"/{other}/issues/competition?as_of=2025-06-30")
    reader.find("aside.past a").click()
    reader.arrives(f"/{other}/issues/competition")
    expect(reader.find("aside.past")).to_have_count(0)


def test_a_filter_keeps_the_day(reader: Reader) -> None:
    """Filtering an earlier day's list stays on that day."""
    reader.open("/en/claims?as_of=2025-12-31")
    value, promised = reader.narrowing("issue")
    view = reader.follow(reader.facet("issue", value))
    assert view.asked == [["issue", value], ["as_of", "2025-12-31"]]
    assert view.count == promised
    expect(reader.find("aside.past")).to_be_visible()
