"""The style guide shows every component in every state, and is not there unless it is asked for."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.rendering.components import list_components
from app.settings import PROJECT, Settings
from app.vocabulary import Bound, ClaimStatus, IssueStatus, ScenarioStatus
from tests.conftest import TODAY
from tests.page import Page


@pytest.fixture(scope="module")
def guide(releases: Path) -> Iterator[TestClient]:
    """The site as a developer runs it, with its style guide."""
    with TestClient(create_app(Settings(releases=releases, styleguide=True), clock=lambda: TODAY)) as opened:
        yield opened


def test_there_is_no_style_guide_by_default(page: Callable[..., Page]) -> None:
    """Readers get 404 in both languages."""
    for language in ("en", "fr"):
        page(f"/{language}/styleguide", 404)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_component_is_shown(guide: TestClient, language: str) -> None:
    """Each macro of the component file stands in the gallery with its documentation and at least one example."""
    found = Page.fetch(guide, f"/{language}/styleguide", 200, {})
    macros = re.findall(r"{% macro (\w+)\(", (PROJECT / "templates" / "macros" / "ui.html").read_text("utf-8"))
    sections = {each.get("data-id"): each for each in found.all("section") if each.get("class") == "component"}
    assert list(sections) == macros
    for component in list_components():
        section = sections[component.name]
        assert component.documentation, f"{component.name}: say above the macro what it shows and what it takes"
        for parameter in re.findall(r"\w+(?=,|=|$)", component.parameters.split("=")[0]):
            assert re.search(rf"\b{parameter}:", component.documentation), f"{component.name}: what is {parameter}?"
        examples = [each for each in section.iter() if each.get("data-state")]
        examples = [each for each in examples if "example" in (each.get("class") or "")]
        assert examples, f"{component.name} has no example in app/rendering/components.py"
        states = [each.get("data-state") for each in examples]
        assert len(set(states)) == len(states), f"{component.name}: two examples have one name: {states}"
        shown = [each for each in examples if found.words(each) or each.findall("svg")]
        assert shown, f"{component.name}: its examples show nothing"


def test_every_state_is_shown(guide: TestClient) -> None:
    """Badges and values appear in each state there is."""
    found = Page.fetch(guide, "/en/styleguide", 200, {})
    for component, states in (
        ("status_badge", ClaimStatus),
        ("issue_badge", IssueStatus),
        ("scenario_badge", ScenarioStatus),
        ("reading_value", Bound),
    ):
        section = next(each for each in found.all("section") if each.get("data-id") == component)
        assert set(states) <= {each.get("data-state") for each in section.iter() if each.get("data-state")}
