"""Long pages as they are read: the contents beside or above the text, what is folded, and how wide a line is."""

import pytest

from scripts.page_kinds import PAGES
from tests.browser import Reader
from tests.browser.conftest import OpenReader

LONG = ("/en/issues/ownership?size=5", "/fr/claims/u10", "/fr/glossary", "/en/about", "/en/parties/openai")

LONGEST_LINE = """
() => {
  // How many characters stand on each line of each paragraph, counted by where each character is drawn.
  const lines = [];
  for (const each of document.querySelectorAll("main p, main dd, main li")) {
    if (each.closest("table, .facet, nav") || each.querySelector("p, ul, ol, dl, details") || each.className) continue;
    const walker = document.createTreeWalker(each, NodeFilter.SHOW_TEXT), range = document.createRange();
    let bottom = null, count = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (getComputedStyle(node.parentElement).position === "absolute") continue;  // A date in the margin.
      for (let at = 0; at < node.length; at++) {
        range.setStart(node, at); range.setEnd(node, at + 1);
        const box = range.getBoundingClientRect();
        if (!box.width) continue;
        if (bottom !== null && box.top > bottom - 2) { lines.push(count); count = 0; }
        bottom = box.bottom; count++;
      }
    }
    lines.push(count);
  }
  return lines;
}
"""


@pytest.mark.parametrize("path", LONG)
def test_contents_stand_beside_the_text(reader: Reader, path: str) -> None:
    """From 1024 pixels the contents are open beside the text, lead to its parts, and stay in sight there."""
    reader.tab.set_viewport_size({"width": 1024, "height": 800})
    reader.open(path)
    links = reader.tab.locator(".contents a")
    assert links.count() >= 3
    for at in range(links.count()):
        assert links.nth(at).is_visible()
    beside = reader.tab.evaluate(
        """() => document.querySelector(".contents").getBoundingClientRect().right
             <= document.querySelector(".with-contents > .column").getBoundingClientRect().left"""
    )
    assert beside
    last = links.nth(links.count() - 2)
    last.click()
    target = (last.get_attribute("href") or "").removeprefix("#")
    reader.tab.wait_for_url(f"**#{target}")
    reader.still()
    heading = reader.tab.evaluate("(id) => document.getElementById(id).getBoundingClientRect().top", target)
    assert 0 <= heading < 800, f"{target} was to be led to and stands at {heading:.0f}"
    assert reader.tab.locator(".contents").bounding_box() is not None
    top = reader.tab.evaluate('() => document.querySelector(".contents").getBoundingClientRect().bottom')
    assert top > 0, "the contents left the screen"


@pytest.mark.parametrize("path", LONG)
def test_contents_are_folded_on_a_narrow_screen(open_reader: OpenReader, path: str) -> None:
    """Below that they are folded above the text, and open at a touch, with and without JavaScript."""
    for scripted in (True, False):
        reader = open_reader(width=360, height=740, scripted=scripted)
        reader.open(path)
        link = reader.tab.locator(".contents a").first
        assert not link.is_visible()
        reader.tab.locator(".contents summary").click()
        assert link.is_visible()


def test_what_is_opened_is_in_the_address(reader: Reader) -> None:
    """Opening a figure of an issue names it in the address; the address opens it again; closing takes it away."""
    reader.open("/en/issues/ownership?size=5")
    figure = reader.tab.locator("details.figure").first
    name = figure.get_attribute("id")
    figure.locator("summary").click()
    assert reader.tab.url.endswith(f"?size=5#{name}")
    asked = reader.tab.url.removeprefix(reader.watch.site)
    other = reader.another_tab()
    other.tab.goto(asked)
    assert other.tab.locator(f"#{name}").evaluate("(each) => each.open")
    other.tab.locator(f"#{name} > summary").click()
    assert other.tab.url.endswith("?size=5")


def test_an_address_within_something_folded_opens_it(reader: Reader) -> None:
    """A link to a reading opens the figure that it stands in."""
    reader.open("/en/issues/ownership?size=5")
    row = reader.tab.locator("details.figure tr[id]").first
    name = row.get_attribute("id")
    assert not row.is_visible()
    reader.tab.goto(f"/en/issues/ownership?size=5#{name}")
    row.wait_for(state="visible")


@pytest.mark.parametrize("path", ["/en/issues/ownership?size=5", "/fr/glossary", "/en/about", "/fr/sources/article-fr"])
def test_lines_can_be_read(reader: Reader, path: str) -> None:
    """On a wide screen nine lines in ten of running text have at most 70 characters, and none has over 80."""
    reader.tab.set_viewport_size({"width": 1440, "height": 900})
    reader.open(path)
    reader.tab.evaluate("document.fonts.ready")
    lines = sorted(reader.tab.evaluate(LONGEST_LINE))
    assert len(lines) > 20
    assert lines[-1] <= 80, f"{path}: a line has {lines[-1]} characters"
    assert lines[len(lines) * 9 // 10] <= 70, f"{path}: a line in ten has {lines[len(lines) * 9 // 10]} characters"


@pytest.mark.parametrize("path", ["/en/", "/fr/issues/ownership?size=5"])
def test_nothing_moves_when_the_fonts_arrive(reader: Reader, path: str) -> None:
    """The fonts come late, and the page does not shift: less than a hundredth, by the browser's own measure."""

    def late(route: object) -> None:
        reader.tab.wait_for_timeout(700)
        route.continue_()  # type: ignore[attr-defined]

    reader.tab.route("**/*.woff2*", late)
    reader.tab.add_init_script(
        """window.moved = 0;
        new PerformanceObserver((list) => { for (const each of list.getEntries()) window.moved += each.value; })
          .observe({ type: "layout-shift", buffered: true });"""
    )
    reader.open(path)
    reader.tab.evaluate("document.fonts.ready")
    reader.tab.wait_for_timeout(300)
    loaded = reader.tab.evaluate("() => [...document.fonts].filter((each) => each.status === 'loaded').length")
    assert loaded >= 2
    moved = reader.tab.evaluate("() => window.moved")
    assert moved < 0.01, f"{path} moved by {moved:.3f}"


CUT_OFF = """
() => [...document.querySelectorAll("table.stacked :is(tbody, tfoot) :is(td, th)")].filter((each) => {
  const box = each.getBoundingClientRect();
  const seen = box.width > 2 && box.height > 2;
  return seen && (box.left < 0 || box.right > document.documentElement.clientWidth + 0.5);
}).map((each) => each.textContent.trim().slice(0, 40))
"""
STACKED = (
    "/claims/u10",
    "/figures/microsoft-investment",
    "/parties/openai",
    "/issues/ownership?size=5",
    "/scenarios?w.new-terms=50&w.drift=30",
    "/",
)


@pytest.mark.parametrize("path", STACKED)
def test_no_cell_is_cut_off_on_a_narrow_screen(open_reader: OpenReader, path: str) -> None:
    """At 360 pixels every cell stands within the screen and names its column; nothing waits to be scrolled to."""
    reader = open_reader(width=360)
    for language in ("en", "fr"):
        reader.open(f"/{language}{path}")
        tables = reader.tab.locator("table.stacked")
        assert tables.count() >= 1
        assert reader.tab.evaluate(CUT_OFF) == []
        labels = tables.locator("td").evaluate_all(
            """(cells) => cells.filter((each) => each.closest("table").rows[0].cells.length > 2)
                 .map((each) => getComputedStyle(each, "::before").content)"""
        )
        assert labels
        assert all(len(label) > 3 for label in labels), "a cell does not say which column it is of"


@pytest.mark.parametrize("width", [768, 1024, 1440])
def test_no_column_waits_beyond_the_edge(open_reader: OpenReader, width: int) -> None:
    """From a tablet on, beside a rail too, every table fits the room it has, in the language with the longer words."""
    reader = open_reader(width=width)
    for path in STACKED:
        reader.open(f"/fr{path}")
        wider = """(tables) => tables.map((each) => [each.scrollWidth - each.parentElement.clientWidth, each.className])
                     .filter(([by]) => by > 1)"""
        tables = reader.tab.locator(".table-scroll > table.stacked")
        assert tables.count() >= 1
        assert tables.evaluate_all(wider) == [], path


SHOWN_DRAWINGS = """
() => [...document.querySelectorAll(".chart")].map((each) => [
  each.id, [...each.querySelectorAll("svg")].filter((one) => one.getClientRects().length).length])
"""


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_every_chart_shows_a_drawing(open_reader: OpenReader, width: int) -> None:
    """Wherever a chart stands, one of its drawings is to be seen, whatever the width: its table is not all there is."""
    reader = open_reader(width=width)
    for kind in ("overview", "issue", "one figure", "timeline", "exposure"):
        reader.open(f"/en{PAGES[kind]}")
        charts = reader.tab.evaluate(SHOWN_DRAWINGS)
        assert charts, kind
        assert [name for name, shown in charts if not shown] == [], kind
