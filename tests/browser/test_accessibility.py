"""Every kind of page, in both languages and themes, held to WCAG 2.2 AA by axe, and to a screen 320 pixels wide."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from app.releases.opening import OpenRelease
from scripts.page_kinds import PAGES, STATUS
from scripts.serving import served
from tests.browser import Reader
from tests.browser.conftest import OpenReader

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = (360, 768, 1440)
NARROW = 320
"""The width at which nothing may be cut off: what a window of 1280 pixels has left at a zoom of 400% (WCAG 1.4.10)."""

UNFOLD = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"
CHANGED = """
() => {
  // What can be seen now and had not been seen before in this theme, or not in these colours.
  const theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const seen = (window.seen ??= { light: new Map(), dark: new Map() })[theme];
  window.changed = [...document.body.querySelectorAll("*")].filter((each) => {
    if (!each.checkVisibility({ visibilityProperty: true })) return false;
    const style = getComputedStyle(each), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const look = [style.color, style.backgroundColor, style.backgroundImage, style.opacity, large].join();
    const looks = seen.get(each) ?? new Set(), fresh = !looks.has(look);
    seen.set(each, looks.add(look));
    return fresh;
  });
  return window.changed.length;
}
"""
RUN_AXE = """
([tags, part, changed]) => {
  const wanted = axe.getRules(tags).map((rule) => rule.ruleId);
  const rules = {
    all: null,
    colours: axe.getRules(["cat.color"]).map((rule) => rule.ruleId).filter((id) => wanted.includes(id)),
    layout: ["target-size", "scrollable-region-focusable"],
  }[part];
  return axe.run(changed ? { include: window.changed } : document, {
    runOnly: rules ? { type: "rule", values: rules } : { type: "tag", values: tags },
    rules: rules ? {} : { "target-size": { enabled: true } },
    resultTypes: ["violations", "incomplete"],
    preload: false,
  });
}
"""

each_page = pytest.mark.parametrize("kind", PAGES)
each_language = pytest.mark.parametrize("language", ["en", "fr"])


def run_axe(reader: Reader, part: str = "all", *, changed: bool = False) -> dict[str, Any]:
    """What axe finds by all rules, those on ``colours`` or on ``layout``, on the page or on what ``CHANGED`` found.

    It is evaluated, as the policy lets no script tag in.
    """
    if not reader.tab.evaluate("() => typeof window.axe === 'object'"):
        reader.tab.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = reader.tab.evaluate(RUN_AXE, [TAGS, part, changed])
    return found


def in_words(violations: list[dict[str, Any]]) -> str:
    """The violations, each with the first elements concerned."""
    lines = []
    for each in violations:
        lines.append(f"{each['id']}: {each['help']} ({len(each['nodes'])} elements)")
        lines.extend(f"    {node['html'][:160]}\n    {node['failureSummary']}" for node in each["nodes"][:3])
    return "\n".join(lines)


def hold_to_wcag(reader: Reader, where: str) -> None:
    """Axe finds nothing on the page shown, at the greatest width in the light, with everything unfolded.

    The whole page is put to all rules once, at the greatest width, and in the dark to those on colours: the themes
    differ in nothing else. At each other width the rules on layout are asked of the whole page, and all rules of what
    only shows there or has other colours there, so that no combination is left out and none is computed twice.
    """
    reader.tab.evaluate(UNFOLD)
    for width in reversed(WIDTHS):
        reader.tab.set_viewport_size({"width": width, "height": 900})
        for theme, part in (("light", "all"), ("dark", "colours")):
            reader.tab.emulate_media(color_scheme=theme)
            changed = reader.tab.evaluate(CHANGED)
            runs = []
            if width == WIDTHS[-1]:
                found = run_axe(reader, part)
                runs.append(found)
                ran = {each["id"] for outcome in ("passes", "violations", "incomplete") for each in found[outcome]}
                expected = {"color-contrast"} | ({"target-size", "document-title"} if part == "all" else set())
                assert expected <= ran, f"axe ran only {ran}"
            elif changed:
                runs.append(run_axe(reader, part, changed=True))
            if width != WIDTHS[-1] and theme == "light":
                runs.append(run_axe(reader, "layout"))
            wrong = [each for found in runs for each in found["violations"]]
            assert not wrong, f"{where}, {theme}, {width} wide:\n{in_words(wrong)}"


@each_language
@each_page
def test_no_page_violates_wcag(open_reader: OpenReader, kind: str, language: str) -> None:
    """Axe finds nothing on any kind of page, in both themes and at each width."""
    reader = open_reader(color_scheme="light", width=WIDTHS[-1], height=900)
    reader.open(f"/{language}{PAGES[kind]}", STATUS.get(kind, 200))
    hold_to_wcag(reader, f"{kind} in {language}")


@each_language
def test_no_frozen_page_violates_wcag(open_reader: OpenReader, release: OpenRelease, language: str) -> None:
    """Nor on a page of a release, with the banner that says so."""
    reader = open_reader(color_scheme="light", width=WIDTHS[-1], height=900)
    reader.open(f"/r/{release.id}/{language}/issues/windsurf?size=4")
    expect(reader.find("#frozen")).to_be_visible()
    hold_to_wcag(reader, f"a frozen page in {language}")


@pytest.fixture(scope="module")
def guide() -> Iterator[str]:
    """The site with its style guide, which readers do not have."""
    with served(styleguide=True) as address:
        yield address


@each_language
def test_no_component_violates_wcag(open_reader: OpenReader, guide: str, language: str) -> None:
    """Nor on the style guide, which has every component in every state, rare ones too."""
    reader = open_reader(color_scheme="light", width=WIDTHS[-1], height=900)
    reader.watch.site = guide
    reader.open(f"{guide}/{language}/styleguide")
    hold_to_wcag(reader, f"the style guide in {language}")


def test_every_badge_keeps_its_mark_in_forced_colours(open_reader: OpenReader, guide: str) -> None:
    """Where the system decides the colours, each state of a badge still has a mark and a word, as no other has them."""
    reader = open_reader(forced_colors="active")
    reader.watch.site = guide
    reader.open(f"{guide}/en/styleguide")
    for component in ("ui.status_badge", "ui.issue_badge", "ui.scenario_badge", "ui.rank_badge", "evidence.rating"):
        told = reader.find(f"[data-id='{component}'] :is(.badge, .rating)").evaluate_all(
            """(all) => all.map((each) => {
              const mark = getComputedStyle(each.querySelector(".mark"), "::before");
              return [mark.content, each.textContent.trim()];
            })"""
        )
        assert len(told) > 1
        assert all(mark not in ("none", "normal", '""') for mark, _ in told), f"{component}: {told}"
        assert len({word for _, word in told}) == len(told), f"{component}: {told}"


def test_what_shows_only_at_one_width_is_looked_at(open_reader: OpenReader) -> None:
    """The shortcut above means something: pale words that only a narrow screen has are found there."""
    reader = open_reader(width=1440)
    reader.open("/en/about")
    reader.tab.evaluate(
        """() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(".pale { display: none; color: #eee; background: #fff }"
            + "@media (max-width: 400px) { .pale { display: block } .kept { color: #eee } }");
          document.adoptedStyleSheets.push(sheet);
          const narrow = document.createElement("p"), kept = document.createElement("p");
          narrow.className = "pale";
          kept.className = "kept";
          narrow.textContent = kept.textContent = "Hardly to be read";
          document.querySelector("main").prepend(narrow, kept);
        }"""
    )
    reader.tab.evaluate(CHANGED)
    assert not run_axe(reader, "colours")["violations"]
    assert reader.tab.evaluate(CHANGED) == 0
    reader.tab.set_viewport_size({"width": 360, "height": 740})
    assert reader.tab.evaluate(CHANGED) >= 2
    (found,) = run_axe(reader, "all", changed=True)["violations"]
    assert (found["id"], len(found["nodes"])) == ("color-contrast", 2)


def test_the_themes_differ(open_reader: OpenReader) -> None:
    """The dark theme that axe looks at is really dark."""
    reader = open_reader(color_scheme="light")
    reader.open("/en/about")
    paper = "() => getComputedStyle(document.body).backgroundColor"
    light = reader.tab.evaluate(paper)
    reader.tab.emulate_media(color_scheme="dark")
    assert reader.tab.evaluate(paper) != light


def test_axe_finds_what_is_wrong(reader: Reader) -> None:
    """The check above means something: a small target, pale words and a nameless link are found under our policy."""
    reader.open("/en/about")
    reader.tab.evaluate(
        """() => {
          const wrong = document.createElement("div");
          for (const label of ["x", "y"]) {
            const button = document.createElement("button");
            button.textContent = label;
            button.style.cssText = "width: 8px; height: 8px; min-height: 0; padding: 0;";
            wrong.append(button);
          }
          const pale = document.createElement("p");
          pale.textContent = "Hardly to be read";
          pale.style.cssText = "color: #eee; background: #fff";
          const nameless = document.createElement("a");
          nameless.href = "/en/";
          wrong.append(pale, nameless);
          document.querySelector("main").prepend(wrong);
        }"""
    )
    assert {"target-size", "color-contrast", "link-name"} <= {each["id"] for each in run_axe(reader)["violations"]}


@each_language
@each_page
def test_no_page_scrolls_sideways_on_a_narrow_screen(open_reader: OpenReader, kind: str, language: str) -> None:
    """At 320 pixels nothing is cut off or wider than the screen, folded or not; a table scrolls in its own region.

    That is also what a zoom of 400% leaves of a window of 1280 pixels: a browser that zooms lays a page out anew, in a
    quarter as many CSS pixels.
    """
    reader = open_reader(width=NARROW, height=640)
    reader.open(f"/{language}{PAGES[kind]}", STATUS.get(kind, 200))
    for unfolded in (False, True):
        if unfolded:
            reader.tab.evaluate(UNFOLD)
        width, room, wide = reader.tab.evaluate(
            """() => {
              const page = document.documentElement, room = page.clientWidth;
              const inside = (each) => each.closest(".table-scroll, .visually-hidden, .skip");
              const wide = [...document.body.querySelectorAll("*")]
                .filter((each) => !inside(each) && each.getBoundingClientRect().right > room + 1)
                .map((each) => each.outerHTML.slice(0, 120));
              return [page.scrollWidth, room, wide.slice(0, 5)];
            }"""
        )
        assert width <= room, f"{kind} in {language} is {width} wide in {room}: {wide}"
        assert not wide, f"{kind} in {language}: cut off at {room}: {wide}"
