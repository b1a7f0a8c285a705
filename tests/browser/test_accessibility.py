"""Every kind of page, in both languages and themes, held to WCAG 2.2 AA by axe, and to a screen 320 pixels wide."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.browser import Reader
from tests.browser.conftest import OpenReader

PAGES = {
    "overview": "/",
    "issue": "/issues/ownership?size=8",
    "briefing": "/issues/ownership/briefing",
    "scenarios": "/scenarios",
    "one scenario": "/scenarios/complaint",
    "impact": "/impacts/regulation",
    "claims": "/claims?issue=ownership&from=2025&size=12",
    "claims, none found": "/claims?from=2025&q=zzzxqqq",
    "one claim": "/claims/u10",
    "timeline": "/timeline",
    "figures": "/figures",
    "one figure": "/figures/microsoft-investment",
    "parties": "/parties",
    "one party": "/parties/openai",
    "sources": "/sources?size=30",
    "one source": "/sources/article-fr",
    "glossary": "/glossary",
    "search": "/search?q=exclusive+azure&size=8",
    "search, none found": "/search?q=-azure",
    "about": "/about",
    "an earlier day": "/issues/windsurf?as_of=2025-12-31&size=8",
    "400": "/claims?from=banana",
    "404": "/claims/no-such-claim",
}
"""Long lists are shown in part: the same pieces, a pager besides, and axe's time grows with the square of the links."""
STATUS = {"400": 400, "404": 404}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

UNFOLD = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"
RUN_AXE = """
([tags, onlyColours]) => axe.run(document, {
  runOnly: onlyColours
    ? { type: "rule", values: axe.getRules(["cat.color"]).map((rule) => rule.ruleId)
        .filter((id) => axe.getRules(tags).some((rule) => rule.ruleId === id)) }
    : { type: "tag", values: tags },
  rules: onlyColours ? {} : { "target-size": { enabled: true } },
  resultTypes: ["violations", "incomplete"],
  preload: false,
})
"""

each_page = pytest.mark.parametrize("kind", PAGES)
each_language = pytest.mark.parametrize("language", ["en", "fr"])


def run_axe(reader: Reader, *, only_colours: bool = False) -> dict[str, Any]:
    """What axe finds on the page as it stands; evaluated, as the policy lets no script tag in."""
    if not reader.tab.evaluate("() => typeof window.axe === 'object'"):
        reader.tab.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = reader.tab.evaluate(RUN_AXE, [TAGS, only_colours])
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
    """Axe finds nothing on a page with everything unfolded, in the light theme and in the dark one.

    The themes differ in nothing but colours, so in the dark only the rules on colours are asked again.
    """
    reader = open_reader(color_scheme="light")
    reader.open(f"/{language}{PAGES[kind]}", STATUS.get(kind, 200))
    reader.tab.evaluate(UNFOLD)
    for theme, expected in (
        ("light", {"target-size", "color-contrast", "document-title", "html-has-lang"}),
        ("dark", {"color-contrast"}),
    ):
        reader.tab.emulate_media(color_scheme=theme)
        found = run_axe(reader, only_colours=theme == "dark")
        ran = {each["id"] for outcome in ("passes", "violations", "incomplete") for each in found[outcome]}
        assert expected <= ran, f"axe ran only {ran}"
        assert not found["violations"], f"{kind} in {language}, {theme}:\n{in_words(found['violations'])}"


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
