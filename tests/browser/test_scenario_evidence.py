"""The evidence against the scenarios: switching evidence off and on, and the same as of an earlier day."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser import Reader

PATH = "/scenarios/evidence"
READ = """
() => ({
  ranking: [...document.querySelectorAll("#results tr[data-against]")]
    .map((row) => [row.dataset.scenario, row.dataset.rank, row.dataset.score]),
  off: [...document.querySelectorAll("#results tr.uncounted")].filter((row) => row.querySelector("a.switch"))
    .map((row) => row.dataset.id),
  count: document.getElementById("count").dataset.count,
  chosen: [...document.querySelectorAll("#results .switches a[aria-current]")].map((each) => each.dataset.value),
  carried: [...document.querySelectorAll("form.as-of input[type=hidden]")].map((each) => each.value),
})
"""


def view(reader: Reader) -> Any:
    return reader.tab.evaluate(READ)


def arrive(reader: Reader, query: str, language: str = "en") -> Any:
    """Wait until the page shows an address; the day's form carries the same switches."""
    wanted = sorted(parse_qsl(query.lstrip("?")))
    # The form for the day puts its field last and encodes the colon, which a link need not: to a reader it is the same.
    reader.tab.wait_for_url(lambda url: sorted(parse_qsl(urlsplit(url).query)) == wanted)
    assert urlsplit(reader.tab.url).path == f"/{language}{PATH}"
    switches = [value for name, value in wanted if name == "without"]
    reader.tab.wait_for_function(
        """(wanted) => JSON.stringify([...document.querySelectorAll("form.as-of input[type=hidden]")]
             .map((each) => each.value)) === JSON.stringify(wanted) && !document.querySelector(".htmx-request")""",
        arg=switches,
    )
    return view(reader)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_evidence_is_switched_off_and_on(either_reader: Reader, language: str) -> None:
    """Switching a claim off, then an attribution, changes table, ranking and address together; Back undoes each."""
    reader = either_reader
    day = "as_of=2025-06-18"
    reader.open(f"/{language}{PATH}?{day}")
    whole = view(reader)
    if reader.scripted:
        reader.mark()
    reader.find("#off-u17-b").click()
    without = arrive(reader, f"?{day}&without=claim:u17-b", language)
    assert without["off"] == ["u17-b"]
    assert int(without["count"]) == int(whole["count"]) - 1
    assert without["ranking"] != whole["ranking"]
    expect(reader.find("#evidence-u17-b .struck")).to_have_count(1)
    reader.find("#switch-unnamed").click()
    both = arrive(reader, f"?{day}&without=attribution:unnamed&without=claim:u17-b", language)
    assert set(both["off"]) > {"u17-b", "u8-b"}
    assert both["chosen"] == ["attribution:unnamed"]
    if reader.scripted:
        assert reader.marked, "switching evidence off loaded a whole page"
        assert reader.same_announcer
        expect(reader.find("#switch-unnamed")).to_be_focused()
    other = reader.another_tab()
    other.open(reader.tab.url.removeprefix(reader.watch.site))
    assert view(other) == both
    reader.tab.go_back()
    assert arrive(reader, f"?{day}&without=claim:u17-b", language) == without
    reader.tab.go_back()
    assert arrive(reader, f"?{day}", language) == whole
    reader.tab.go_forward()
    assert arrive(reader, f"?{day}&without=claim:u17-b", language) == without
    reader.find("#on-u17-b").click()
    assert arrive(reader, f"?{day}", language) == whole


def test_a_linchpin_does_what_it_says(either_reader: Reader) -> None:
    """Following a linchpin leads to the other ranking that it announced, and everything can be switched on again."""
    reader = either_reader
    reader.open(f"/en{PATH}?as_of=2025-06-18")
    before = view(reader)
    pin = reader.find('[data-linchpin="r033"]')
    expect(pin).to_contain_text("Drift from rank 4 to 3")
    reader.find("#linchpin-r033").click()
    after = arrive(reader, "?as_of=2025-06-18&without=claim:r033")
    assert [each[0] for each in before["ranking"]] == ["new-terms", "complaint", "rupture", "drift"]
    assert [each[0] for each in after["ranking"]] == ["new-terms", "complaint", "drift", "rupture"]
    reader.find("#clear").click()
    assert arrive(reader, "?as_of=2025-06-18") == before


def test_june_2025_and_today_in_a_browser(either_reader: Reader) -> None:
    """The day is changed in the form and kept by the switches; today more claims count, and more against drift."""
    reader = either_reader
    reader.open(f"/en{PATH}?without=attribution:analysts")
    today = view(reader)
    reader.find("#as-of-day").fill("2025-06-18")
    reader.find("#as-of-day").press("Enter")
    june = arrive(reader, "?as_of=2025-06-18&without=attribution:analysts")
    assert int(june["count"]) < int(today["count"])
    expect(reader.find("#evidence-r068-b")).to_have_count(0)
    expect(reader.find("aside.past")).to_be_visible()
    reader.find("aside.past a").click()
    assert arrive(reader, "?without=attribution:analysts") == today
    mark = reader.find('#chart-ranking svg.drawing-2-of-2 .mark[data-mark^="drift/"]').first
    day = (mark.get_attribute("data-mark") or "").partition("/")[2]
    mark.focus()
    reader.tab.keyboard.press("Enter")
    arrive(reader, f"?as_of={day}&without=attribution:analysts")


def test_a_reason_opens_in_place_and_stays(reader: Reader) -> None:
    """A reason unfolds where it stands, and switching other evidence off does not fold it away."""
    reader.open(f"/en{PATH}")
    reason = reader.find("#reason-r087-new-terms")
    expect(reason.locator("p")).to_be_hidden()
    reason.locator("summary").click()
    expect(reason.locator("p")).to_be_visible()
    reader.find("#off-r109").click()
    arrive(reader, "?without=claim:r109")
    expect(reason.locator("p")).to_be_visible()
