"""The scenario panel, and the site as of an earlier day."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Route, expect

from tests.browser import Reader
from tests.browser.conftest import OpenReader


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
    """A cell unfolds its reasoning where it stands, and its address leads to it unfolded, marked and in view."""
    reader = either_reader
    reader.open(f"/{language}/scenarios")
    cell = reader.find("#results tbody td:not([data-firmness=nothing])").last
    identifier = cell.get_attribute("id") or ""
    address = reader.tab.url
    expect(cell.locator("details a").first).to_be_hidden()
    cell.locator("summary").click()
    expect(cell.locator("details p").first).to_be_visible()
    assert reader.tab.url.partition("#")[0] == address, "only what is unfolded may be named, behind the #"
    link = cell.locator("a.cell-address")
    expect(link).to_be_visible()
    link.click()
    there = f"/{language}/scenarios?cell={identifier.removeprefix('impact-')}#{identifier}"
    reader.tab.wait_for_url(f"**{there}")
    other = reader.another_tab()
    other.open(there)
    expect(other.find(f"#{identifier} details p").first).to_be_visible()
    expect(other.find(f"#{identifier} summary")).to_be_in_viewport()
    assert other.find(f"td#{identifier}:target").count() == 1
    assert other.find("#results details[open]").count() == 1
    reader.tab.go_back()
    expect(reader.find("#results tr[data-id]")).to_have_count(4)


def weights_in_address(reader: Reader) -> dict[str, str]:
    """The weights that the address holds, by scenario."""
    asked = parse_qsl(urlsplit(reader.tab.url).query)
    return {name.removeprefix("w."): value for name, value in asked if name.startswith("w.")}


def weighed(reader: Reader) -> dict[str, list[str]]:
    """The exact ends of each area's range, as the foot of the matrix has them."""
    found: dict[str, list[str]] = reader.find("#weighted td").evaluate_all(
        """(cells) => Object.fromEntries(cells.map((each) =>
             [each.dataset.area, [...each.querySelectorAll("data")].map((one) => one.value)]))"""
    )
    return found


def told(reader: Reader, query: str) -> dict[str, list[str]]:
    """The same from the data of an address; a range that is a point is printed once."""
    answer = reader.tab.request.get(f"{reader.watch.site}/en/scenarios.json?{query}").json()
    return {
        each["area"]: [each["low"], each["high"]] if each["low"] != each["high"] else [each["low"]]
        for each in answer["weighted"]
    }


@pytest.mark.parametrize("language", ["en", "fr"])
def test_weights_are_typed_and_sent(either_reader: Reader, language: str) -> None:
    """Weights typed into the numbers and sent stand in the address, the fields and the table; Back takes them away."""
    reader = either_reader
    reader.open(f"/{language}/scenarios?impact=industry&impact=market")
    expect(reader.find("#weighted")).to_have_count(0)
    reader.find("#weight-new-terms").fill("50")
    reader.find("#weight-drift").fill("12.50")
    reader.find("#weights-apply").click()
    address = f"/{language}/scenarios?impact=industry&impact=market&w.drift=12.5&w.new-terms=50"
    reader.tab.wait_for_url(f"**{address}")
    expect(reader.find("#weighted td")).to_have_count(2)
    assert weighed(reader) == told(reader, "impact=industry&impact=market&w.drift=12.5&w.new-terms=50")
    expect(reader.find("#weight-rupture")).to_have_value("0")
    expect(reader.find("#weight-drift")).to_have_value("12.5")
    reader.find("#choice-impact-market").click()
    expect(reader.find("#weighted td")).to_have_count(1)
    assert weights_in_address(reader) == {"drift": "12.5", "new-terms": "50"}
    reader.tab.go_back()
    reader.tab.wait_for_url(f"**{address}")
    expect(reader.find("#weighted td")).to_have_count(2)
    reader.find("#weights-clear").click()
    expect(reader.find("#weighted")).to_have_count(0)
    expect(reader.find("#weight-drift")).to_have_value("")
    assert weights_in_address(reader) == {}


def test_a_slider_is_moved_by_keyboard(reader: Reader) -> None:
    """Arrow keys move slider and number together; a pause sends them, the focus stays, and Back is one step."""
    reader.open("/en/scenarios")
    reader.mark()
    slider = reader.find("#slider-drift")
    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")
    expect(reader.find("#weight-drift")).to_have_value("3")
    reader.tab.wait_for_url("**/en/scenarios?w.drift=3")
    expect(reader.find("#weighted td")).to_have_count(4)
    expect(slider).to_be_focused()
    assert reader.marked, "moving a slider loaded a whole page"
    assert weighed(reader) == told(reader, "w.drift=3")
    reader.tab.keyboard.press("Tab")
    expect(reader.find("#weight-drift")).to_be_focused()
    reader.find("#slider-rupture").press("End")
    reader.tab.wait_for_url("**/en/scenarios?w.drift=3&w.rupture=100")
    expect(reader.find('#weights-form [data-scenario="rupture"] data')).to_have_attribute("value", "100/103")
    assert weighed(reader) == told(reader, "w.drift=3&w.rupture=100")
    reader.tab.go_back()
    reader.tab.wait_for_url("**/en/scenarios?w.drift=3")
    expect(reader.find("#weight-rupture")).to_have_value("0")
    expect(reader.find("#slider-rupture")).to_have_value("0")
    assert weighed(reader) == told(reader, "w.drift=3")
    reader.tab.go_back()
    reader.tab.wait_for_url("**/en/scenarios")
    expect(reader.find("#weighted")).to_have_count(0)
    expect(reader.find("#slider-drift")).to_have_value("0")


def test_a_late_answer_does_not_set_a_slider_back(reader: Reader) -> None:
    """An answer that comes while the slider is moved on is not shown; the next one is."""
    reader.open("/en/scenarios")
    answers: list[str] = []

    def late(route: Route) -> None:
        answers.append(route.request.url)
        if len(answers) == 1:
            # The answer to the first weight is let through only once the slider has moved on.
            reader.find("#slider-drift").press("ArrowRight")
        route.continue_()

    reader.tab.route("**/en/scenarios?**", late)
    reader.find("#slider-drift").press("ArrowRight")
    reader.tab.wait_for_url("**/en/scenarios?w.drift=2")
    expect(reader.find("#weight-drift")).to_have_value("2")
    expect(reader.find("#slider-drift")).to_have_value("2")
    expect(reader.find("#weighted td")).to_have_count(4)
    assert [dict(parse_qsl(urlsplit(address).query))["w.drift"] for address in answers] == ["1", "2"]


def test_sliders_back_at_zero_mean_no_weights(reader: Reader) -> None:
    """The last weight taken back to zero leads to the panel without weights, not to a refusal."""
    reader.open("/en/scenarios?w.drift=1")
    reader.find("#slider-drift").press("Home")
    reader.tab.wait_for_url("**/en/scenarios")
    expect(reader.find("#weighted")).to_have_count(0)
    expect(reader.find("#results tr[data-id]")).to_have_count(4)


def test_without_scripts_there_is_no_slider_that_does_nothing(open_reader: OpenReader) -> None:
    """A slider needs a script to be heard, so without one the numbers stand alone."""
    reader = open_reader(scripted=False)
    reader.open("/fr/scenarios")
    expect(reader.find("#slider-drift")).to_be_hidden()
    expect(reader.find("#weight-drift")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("query", ["", "?w.complaint=33.3&w.drift=30&w.new-terms=50&w.rupture=7"])
def test_the_panel_prints_on_one_page(reader: Reader, language: str, query: str) -> None:
    """On A4 across, the matrix, and what the weights made of it, stand on one page."""
    reader.open(f"/{language}/scenarios{query}")
    paper = reader.tab.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    (box,) = set(re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", paper))
    assert [round(float(each)) for each in box] == [842, 595], "A4 across, in points"


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


def test_what_to_watch_opens_whole(reader: Reader) -> None:
    """The panel's link to the overview opens that page, and not a part of it within the panel."""
    reader.open("/en/scenarios")
    reader.find("main").get_by_role("link", name="What to watch").click()
    expect(reader.find("h1")).to_have_count(1)
    expect(reader.find("#watch-heading")).to_be_in_viewport()
