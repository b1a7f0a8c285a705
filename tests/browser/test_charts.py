"""Charts in a real browser: nothing overlaps as it is really drawn, and every mark is reached, seen and told."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from tests.browser import Reader
from tests.browser.conftest import OpenReader

CHARTS = (
    "/charts/timeline",
    "/charts/mix-ownership",
    "/charts/attribution-competition",
    "/charts/readings-microsoft-investment",
    "/charts/readings-musk-damages",
    "/charts/scenarios",
    "/charts/ranking",
    "/charts/swings-profits-to-recoup",
)
WIDTHS = (320, 360, 480, 600, 699, 700, 720, 767, 768, 800, 900, 1024, 1200, 1440, 1600)
OVERLAPS = """
() => {
  const found = [], chart = document.querySelector(".chart");
  const all = [...chart.querySelectorAll(":scope > svg")];
  const shown = all.filter((each) => each.getClientRects().length);
  for (const drawing of shown) {
    const frame = drawing.viewBox.baseVal;
    const words = [...drawing.querySelectorAll("text")].map((each) => [each.textContent, each.getBBox()]);
    for (const [text, box] of words) {
      if (box.x < -0.5 || box.x + box.width > frame.width + 0.5) found.push(`${text} leaves the canvas`);
    }
    words.forEach(([one, a], index) => words.slice(index + 1).forEach(([other, b]) => {
      const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
      const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
      if (wide > 0.5 && high > 1.5) found.push(`${one} and ${other} overlap by ${wide} x ${high}`);
    }));
  }
  return {
    found, room: chart.clientWidth, made: all.map((each) => each.viewBox.baseVal.width),
    shown: shown.map((each) => each.viewBox.baseVal.width),
    drawn: shown.map((each) => each.getBoundingClientRect().width),
    words: shown.reduce((sum, each) => sum + each.querySelectorAll("text").length, 0),
  };
}
"""


@pytest.mark.parametrize("path", CHARTS)
def test_no_words_overlap_as_drawn(open_reader: OpenReader, path: str) -> None:
    """With the font that the browser really uses, in both languages, on any screen from 320 to 1600 pixels: no two
    words touch, none is cut off, and the one drawing shown is the widest that has room, never smaller than it was made.
    """
    reader = open_reader(width=WIDTHS[0])
    for language in ("en", "fr"):
        reader.open(f"/{language}{path}")
        for width in WIDTHS:
            reader.tab.set_viewport_size({"width": width, "height": 800})
            seen = reader.tab.evaluate(OVERLAPS)
            where = f"{language}{path} at {width}"
            assert not seen["found"], f"{where}: {seen['found'][:5]}"
            assert seen["words"] > 5
            fitting = [made for made in seen["made"] if made <= seen["room"]] or [min(seen["made"])]
            assert seen["shown"] == [max(fitting)], f"{where}: of {seen['made']} in {seen['room']}"
            if width >= 360:
                assert seen["drawn"][0] >= seen["shown"][0] - 0.5, f"{where}: smaller than it was made"


def test_every_mark_is_reached_with_the_keyboard(open_reader: OpenReader) -> None:
    """Tab goes through the marks of the one drawing that is shown; each says what it shows, under the chart too."""
    reader = open_reader(width=360)
    reader.open("/en/charts/scenarios")
    reader.find("h1").evaluate("(each) => { each.tabIndex = -1; each.focus(); }")
    wanted = reader.find("svg.drawing-1-of-2 .mark").evaluate_all("(all) => all.map((each) => each.dataset.mark)")
    assert len(wanted) == 16
    for mark in wanted:
        reader.tab.keyboard.press("Tab")
        focus: dict[str, Any] = reader.tab.evaluate(
            """() => { const each = document.activeElement; return {
              mark: each.dataset.mark, name: each.getAttribute("aria-label"),
              told: document.querySelector(".chart-detail").textContent,
              outline: getComputedStyle(each).outlineStyle }; }"""
        )
        assert focus["mark"] == mark
        assert focus["told"] == focus["name"]
        assert focus["outline"] == "solid"
    reader.tab.keyboard.press("Escape")
    assert not reader.find(".chart-detail").text_content()


@pytest.mark.parametrize("path", CHARTS)
def test_a_mark_under_the_pointer_says_what_it_shows(open_reader: OpenReader, path: str) -> None:
    """The words of the mark under the pointer stand below the chart, and the chart stays where it is meanwhile."""
    reader = open_reader(width=1024)
    reader.open(f"/fr{path}")
    mark = reader.find("svg:visible .mark").last
    mark.scroll_into_view_if_needed()
    place = "(each) => { const box = each.getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; }"
    before = mark.evaluate(place)
    mark.hover()
    expect(reader.find(".chart-detail")).to_have_text(mark.get_attribute("aria-label") or "")
    assert mark.evaluate(place) == before
    reader.find("h1").hover()
    expect(reader.find(".chart-detail")).to_be_hidden()


def test_charts_side_by_side_begin_at_one_height(open_reader: OpenReader) -> None:
    """The two charts of what an issue rests on have their bands on one line, though one title is longer."""
    for language in ("en", "fr"):
        reader = open_reader(width=1440)
        reader.open(f"/{language}/issues/ownership")
        tops = reader.find(".charts svg:visible").evaluate_all(
            "(all) => all.map((each) => each.getBoundingClientRect().y)"
        )
        assert len(tops) == 2
        assert abs(tops[0] - tops[1]) < 1, f"{language}: {tops}"


def test_a_mark_leads_to_what_it_shows(open_reader: OpenReader) -> None:
    """Enter on a mark opens the claims that it counts, with or without JavaScript."""
    for scripted in (True, False):
        reader = open_reader(scripted=scripted)
        reader.open("/en/issues/windsurf")
        mark = reader.find('#chart-mix-windsurf .mark[data-mark="reported"]')
        count = mark.get_attribute("data-value")
        mark.focus()
        reader.tab.keyboard.press("Enter")
        reader.tab.wait_for_url("**/en/issues/windsurf?status=reported")
        assert reader.find("#count").get_attribute("data-count") == count


def test_marks_are_seen_in_forced_colours(open_reader: OpenReader) -> None:
    """Where the reader's system decides the colours, every mark still differs from its ground."""
    reader = open_reader(forced_colors="active")
    for path in CHARTS:
        reader.open(f"/en{path}")
        unseen = reader.tab.evaluate(
            """() => {
              const page = getComputedStyle(document.body).backgroundColor;
              const shown = [...document.querySelectorAll(".chart svg")].filter((each) => each.getClientRects().length);
              return shown.flatMap((drawing) => [...drawing.querySelectorAll(".mark")])
                .filter((mark) => ![...mark.querySelectorAll(":not(.hit):not(title)")].some((each) => {
                  const style = getComputedStyle(each);
                  const seen = (colour) => colour !== "none" && colour !== page && !colour.startsWith("rgba");
                  return each.tagName === "text" ? seen(style.fill) : seen(style.fill) || seen(style.stroke);
                })).map((mark) => mark.dataset.mark);
            }"""
        )
        assert not unseen, f"{path}: {unseen}"


def test_the_tree_has_one_drawing_of_named_links(reader: Reader) -> None:
    """Assistive technology meets one group with the finding as its name, a list a lane, and a named link an item."""
    reader.open("/en/charts/timeline?issue=windsurf")
    snapshot = reader.find(".chart").aria_snapshot()
    assert snapshot.count('group "The Windsurf acquisition: lapsed since 11 July 2025') == 1
    assert snapshot.count('list "The Windsurf acquisition"') == 1
    assert snapshot.count("- listitem") == reader.find("svg:visible .mark").count() == 8
    assert "11 July 2025, Lapse." in snapshot


def test_the_chart_follows_the_filter(reader: Reader) -> None:
    """Choosing an issue on the timeline redraws the chart with the list, without loading the page."""
    reader.open("/en/timeline")
    reader.mark()
    reader.follow(reader.facet("issue", "windsurf"))
    assert reader.marked
    assert reader.find("#timeline-chart svg:visible g[role=list]").count() == 1
    assert "The Windsurf acquisition" in (reader.find("#timeline-chart h2").text_content() or "")


def test_the_file_is_drawn_under_its_own_policy(reader: Reader) -> None:
    """The SVG opened by itself has its colours: the browser lets its style in and complains of nothing."""
    reader.open("/en/charts/timeline.svg")
    fill = reader.tab.evaluate("() => getComputedStyle(document.querySelector('.band.issue-contested')).fill")
    assert fill not in ("rgb(0, 0, 0)", "none")


@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_on_a_chart(open_reader: OpenReader, width: int) -> None:
    """On a telephone the marks keep the size of a finger, and the tables unfold without fault."""
    reader = open_reader(width=width)
    for path in CHARTS:
        reader.open(f"/fr{path}")
        reader.tab.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        reader.tab.evaluate(AXE_SCRIPT)
        found = reader.tab.evaluate(
            """() => axe.run(document, { runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag22aa"] },
                 rules: { "target-size": { enabled: true } }, preload: false })"""
        )
        told = [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found["violations"]]
        assert not told, f"{path} at {width}: {told}"
