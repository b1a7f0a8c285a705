"""What a screen reader is given: the names of charts and badges, read from the browser's accessibility tree."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.rendering.labels import LABELS, label
from tests.browser import Reader
from tests.browser.test_accessibility import UNFOLD

Node = dict[str, Any]

WITH_BADGES = ["/", "/issues/ownership?size=8", "/issues/ownership/briefing", "/scenarios", "/claims/u10", "/timeline"]
WITH_CHARTS = ["/", "/issues/ownership?size=8", "/figures/microsoft-investment", "/scenarios", "/timeline"]
ONE_WORD = {
    "status": "status",
    "issue": "issue-status",
    "scenario": "scenario-status",
    "expectation": "expectation",
    "firmness": "firmness",
}
"""The first part of a badge's class → the vocabulary whose value is the rest of it."""
ANY_WORD = {"attribution": "attribution", "flag": "flag", "conflict": "conflict"}
"""A badge's class → the vocabulary of which it shows one word."""


def below(node: Node) -> Iterator[Node]:
    """A node of the document and everything in it."""
    yield node
    for each in node.get("children", ()):
        yield from below(each)


def attributes(node: Node) -> dict[str, str]:
    flat = node.get("attributes", [])
    return dict(zip(flat[::2], flat[1::2], strict=True))


def read_trees(reader: Reader) -> tuple[Node, dict[int, Node]]:
    """The document, and the accessibility tree's nodes that are not ignored, by the document node they stand for."""
    reader.tab.evaluate(UNFOLD)
    session = reader.tab.context.new_cdp_session(reader.tab)
    session.send("Accessibility.enable")
    document: Node = session.send("DOM.getDocument", {"depth": -1})["root"]
    told: list[Node] = session.send("Accessibility.getFullAXTree")["nodes"]
    return document, {
        each["backendDOMNodeId"]: each for each in told if not each["ignored"] and "backendDOMNodeId" in each
    }


def name_of(node: Node) -> str:
    return " ".join(node.get("name", {}).get("value", "").split())


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", WITH_BADGES)
def test_each_badge_says_its_word(reader: Reader, language: str, path: str) -> None:
    """The text that a badge hands to a screen reader is its word in the page's language, without its drawn mark."""
    reader.open(f"/{language}{path}")
    document, spoken = read_trees(reader)
    seen = 0
    for badge in below(document):
        classes = attributes(badge).get("class", "").split()
        if "badge" not in classes:
            continue
        texts = [spoken[each["backendNodeId"]] for each in below(badge) if each["backendNodeId"] in spoken]
        said = " ".join(name_of(each) for each in texts if each["role"]["value"] == "StaticText")
        seen += 1
        for each in classes:
            kind, _, value = each.partition("-")
            if value and kind in ONE_WORD:
                assert said == label(ONE_WORD[kind], value, language), f"{path}: {classes} says {said!r}"
            elif each in ANY_WORD:
                words = {label(ANY_WORD[each], value, language) for value in LABELS[ANY_WORD[each]]}
                assert said in words, f"{path}: {classes} says {said!r}"
    assert seen, f"{path} has no badge"


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", WITH_CHARTS)
def test_each_chart_has_a_name(reader: Reader, language: str, path: str) -> None:
    """A drawing is either left out of the accessibility tree, because words beside it say the same, or has a name."""
    reader.open(f"/{language}{path}")
    document, spoken = read_trees(reader)
    drawings = [each for each in below(document) if each["nodeName"].lower() == "svg"]
    for each in drawings:
        if each["backendNodeId"] in spoken:
            assert name_of(spoken[each["backendNodeId"]]), f"{path}: a chart without a name: {attributes(each)}"
        else:
            told = [inner for inner in below(each) if inner["backendNodeId"] in spoken]
            assert not told, f"{path}: a chart's parts are told without the chart: {attributes(each)}"
    if "figures/" in path:
        assert any(each["backendNodeId"] in spoken for each in drawings), f"{path} has no chart that is told"


def test_a_nameless_chart_would_be_found(reader: Reader) -> None:
    """The check above means something: a chart whose name is taken away has none in the tree."""
    reader.open("/en/figures/microsoft-investment")
    reader.tab.evaluate(
        """() => document.querySelectorAll("main svg").forEach((each) => {
          each.removeAttribute("aria-labelledby");
          each.removeAttribute("aria-label");
          each.querySelectorAll(":scope > title").forEach((title) => title.remove());
        })"""
    )
    document, spoken = read_trees(reader)
    drawn = [each for each in below(document) if each["nodeName"].lower() == "svg" and each["backendNodeId"] in spoken]
    assert drawn
    assert not any(name_of(spoken[each["backendNodeId"]]) for each in drawn)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_count_is_a_status_in_the_tree(reader: Reader, language: str) -> None:
    """A list's count is a live region with the count in words, there from the start and the same after a filter."""
    reader.open(f"/{language}/claims?size=10")
    reader.mark()
    _, before = read_trees(reader)
    value, promised = reader.narrowing("status")
    reader.follow(reader.facet("status", value))
    _, after = read_trees(reader)
    assert reader.same_announcer
    for told in (before, after):
        (status,) = [each for each in told.values() if each["role"]["value"] == "status"]
        live = {each["name"]: each["value"].get("value") for each in status["properties"]}
        assert live["live"] == "polite"
    assert str(promised) in reader.find("#count").inner_text()
