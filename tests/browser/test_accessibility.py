"""Every kind of page, in both languages and both themes, held to WCAG 2.2 AA by axe, and to a screen 320 pixels wide."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.browser import Reader
from tests.browser.conftest import OpenReader

PAGES = {
    "overview": "/",
    "issue": "/issues/ownership",
    "scenarios": "/scenarios",
    "one scenario": "/scenarios/complaint",
    "impact": "/impacts/regulation",
    "claims": "/claims?issue=ownership&from=2025",
    "claims, none found": "/claims?from=2025&q=zzzxqqq",
    "one claim": "/claims/u10",
    "timeline": "/timeline",
    "figures": "/figures",
    "one figure": "/figures/microsoft-investment",
    "parties": "/parties",
    "one party": "/parties/openai",
    "sources": "/sources",
    "one source": "/sources/article-fr",
    "glossary": "/glossary",
    "about": "/about",
    "an earlier day": "/issues/windsurf?as_of=2025-12-31",
    "400": "/claims?from=banana",
    "404": "/claims/no-such-claim",
}
STATUS = {"400": 400, "404": 404}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

UNFOLD = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"
RUN_AXE = """
(tags) => axe.run(document, {
  runOnly: { type: "tag", values: tags },
  rules: { "target-size": { enabled: true } },
  resultTypes: ["violations", "incomplete"],
})
"""

each_page = pytest.mark.parametrize("kind", PAGES)
each_language = pytest.mark.parametrize("language", ["en", "fr"])


def run_axe(reader: Reader) -> dict[str, Any]:
    """What axe finds on the page as it stands; evaluated, as the policy lets no script tag in."""
    if not reader.tab.evaluate("() => typeof window.axe === 'object'"):
        reader.tab.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = reader.tab.evaluate(RUN_AXE, TAGS)
    return found


def in_words(violations: list[dict[str, Any]]) -> str:
    """The violations, each with the first elements concerned."""
    lines = []
    for each in violations:
        lines.append(f"{each['id']}: {each['help']} ({len(each['nodes'])} elements)")
        lines.extend(f"    {node['html'][:160]}\n    {node['failureSummary']}" for node in each["nodes"][:3])
    return "\n".join(lines)


@each_language
@each_page
def test_no_page_violates_wcag(open_reader: OpenReader, kind: str, language: str) -> None:
    """Axe finds nothing on a page with everything unfolded, in the light theme and in the dark one."""
    reader = open_reader(color_scheme="light")
    reader.open(f"/{language}{PAGES[kind]}", STATUS.get(kind, 200))
    reader.tab.evaluate(UNFOLD)
    for theme in ("light", "dark"):
        reader.tab.emulate_media(color_scheme=theme)
        found = run_axe(reader)
        ran = {each["id"] for outcome in ("passes", "violations", "incomplete") for each in found[outcome]}
        assert {"target-size", "color-contrast", "document-title", "html-has-lang"} <= ran, f"axe ran only {ran}"
        assert not found["violations"], f"{kind} in {language}, {theme}:\n{in_words(found['violations'])}"


def test_axe_finds_what_is_wrong(reader: Reader) -> None:
    """The check above means something: a small target, pale words and a nameless link are found under our policy."""
    reader.open("/en/about")
    reader.tab.evaluate(
        """() => {
          const wrong = document.createElement("div");
          for (const label of ["x", "y"]) {
            const link = document.createElement("button");
            link.textContent = label;
            link.style.cssText = "width:8px;height:8px;min-height:0;padding:0;display:inline-block;color:#eee;background:#fff";
            wrong.append(link);
          }
          const nameless = document.createElement("a");
          nameless.href = "/en/";
          wrong.append(nameless);
          document.querySelector("main").prepend(wrong);
        }"""
    )
    assert {"target-size", "color-contrast", "link-name"} <= {each["id"] for each in run_axe(reader)["violations"]}


@each_language
@each_page
def test_no_page_scrolls_sideways_on_a_narrow_screen(open_reader: OpenReader, kind: str, language: str) -> None:
    """At 320 pixels nothing is cut off or wider than the screen, folded or not; a table scrolls in its own region."""
    reader = open_reader(width=320, height=640)
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
