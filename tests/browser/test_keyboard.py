"""Everything by keyboard alone: reachable, visible, never a trap."""

import pytest
from playwright.sync_api import expect

from tests.browser import Reader

FOCUSED = """
() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  return {
    tag: at.tagName, id: at.id, facet: at.dataset.facet ?? null, value: at.dataset.value ?? null,
    outline: style.outlineStyle, width: parseFloat(style.outlineWidth),
    shown: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    name: (at.textContent || at.id || at.tagName).trim().slice(0, 60),
  };
}
"""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_list_is_filtered_by_keyboard(reader: Reader, language: str) -> None:
    """Tab and Enter skip the frame, reach a facet and choose it; each stop can be seen; focus stays on the facet."""
    reader.open(f"/{language}/claims")
    keys = reader.tab.keyboard
    keys.press("Tab")
    skip = reader.find("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    keys.press("Enter")
    expect(reader.find("#main")).to_be_focused()
    value, promised = reader.narrowing("status")
    stops = []
    while True:
        keys.press("Tab")
        at = reader.tab.evaluate(FOCUSED)
        assert at not in stops, f"the keyboard goes round without reaching the facet: {at}"
        stops.append(at)
        assert at["outline"] != "none", f"the focus cannot be seen on {at['name']!r}"
        assert at["width"] >= 2, f"the focus can hardly be seen on {at['name']!r}"
        assert at["shown"], f"the focus is out of sight on {at['name']!r}"
        if (at["facet"], at["value"]) == ("status", value):
            break
    keys.press("Enter")
    view = reader.arrives(f"/{language}/claims?status={value}")
    assert view.count == promised
    expect(reader.facet("status", value)).to_be_focused()
    keys.press("Enter")
    assert reader.arrives(f"/{language}/claims").asked == []
    expect(reader.facet("status", value)).to_be_focused()


def test_facets_open_and_close_by_keyboard(reader: Reader) -> None:
    """A folded facet is opened with Enter, stays open after a filter, and its values can then be reached."""
    reader.open("/en/claims")
    summary = reader.find("#facet-party > summary")
    summary.focus()
    reader.tab.keyboard.press("Enter")
    expect(reader.find("#facet-party")).to_have_attribute("open", "")
    value, promised = reader.narrowing("party")
    reader.facet("party", value).focus()
    reader.tab.keyboard.press("Enter")
    assert reader.arrives(f"/en/claims?party={value}").count == promised
    expect(reader.find("#facet-party")).to_have_attribute("open", "")
    expect(reader.facet("party", value)).to_be_focused()


@pytest.mark.parametrize(
    "path", ["/en/", "/fr/scenarios", "/en/figures/microsoft-investment", "/fr/issues/ownership/briefing"]
)
def test_no_page_traps_the_keyboard(reader: Reader, path: str) -> None:
    """Tab walks through every stop of a page, each once and each visible, and comes out at its end."""
    reader.open(path)
    reachable = reader.tab.evaluate(
        """() => {
          const controls = "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']";
          return [...document.querySelectorAll(controls)].filter((each) => each.checkVisibility()).length;
        }"""
    )
    seen = 0
    reader.tab.evaluate("() => { window.stops = new Set(); }")
    while True:
        reader.tab.keyboard.press("Tab")
        at = reader.tab.evaluate(FOCUSED)
        if at["tag"] == "BODY":
            break
        fresh = reader.tab.evaluate(
            """() => {
              const at = document.activeElement;
              const inside = at.matches("input[type=date]") && window.last === at;
              const fresh = inside || !window.stops.has(at);
              window.stops.add(at);
              window.last = at;
              return fresh;
            }"""
        )
        if not fresh:
            break
        assert at["outline"] != "none", f"{path}: the focus cannot be seen on {at['name']!r}"
        seen += 1
        assert seen < 2 * reachable + 20, f"{path}: the keyboard does not come to the end of the page"
    visited = reader.tab.evaluate("() => window.stops.size")
    assert visited >= reachable, f"{path}: {reachable} controls, but the keyboard reached only {visited}"
