"""The style guide shows every component in every state, and is not there unless it is asked for."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.rendering.addresses import Addresses
from app.rendering.components import EXAMPLES, MACROS, list_components
from app.settings import Settings
from app.vocabulary import Bound, ClaimStatus, Consistency, IssueStatus, ScenarioStatus
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
    """Each macro of each file stands in the gallery with its documentation, parameters and at least one example."""
    found = Page.fetch(guide, f"/{language}/styleguide", 200, {})
    files = {path.stem: path.read_text("utf-8") for path in MACROS.glob("*.html")}
    macros = {f"{file}.{macro}" for file, text in files.items() for macro in re.findall(r"{%-? macro (\w+)\(", text)}
    sections = {each.get("data-id"): each for each in found.all("section") if each.get("class") == "component"}
    assert set(sections) == macros, "a file of macros needs a line in EXAMPLES, app/rendering/components/__init__.py"
    for component in list_components():
        section = sections[component.name]
        assert component.documentation, f"{component.name}: say above the macro what it shows and what it takes"
        for parameter in re.findall(r"(\w+)(?:=\w+)?(?:, |$)", component.parameters):
            assert re.search(rf"\b{parameter}:", component.documentation), f"{component.name}: what is {parameter}?"
        examples = [each for each in section.iter() if each.get("data-state")]
        examples = [each for each in examples if "example" in (each.get("class") or "").split()]
        assert examples, f"{component.name} has no example in app/rendering/components/"
        states = [each.get("data-state") for each in examples]
        assert len(set(states)) == len(states), f"{component.name}: two examples have one name: {states}"
        shown = [
            each
            for each in examples
            if found.words(each) or any(str(part.tag).endswith("rect") for part in each.iter())
        ]
        assert shown, f"{component.name}: its examples show nothing"


def test_no_example_is_for_nothing(guide: TestClient) -> None:
    """Every example is of a macro that there is."""
    app: Any = guide.app
    macros = {each.name for each in list_components()}
    for file, kind in EXAMPLES.items():
        examples = kind(app.state.current.get().names, Addresses("", "en"), TODAY).all()
        assert {f"{file}.{macro}" for macro in examples} <= macros


def test_every_state_is_shown(guide: TestClient) -> None:
    """Badges and values appear in each state there is."""
    found = Page.fetch(guide, "/en/styleguide", 200, {})
    for component, states in (
        ("ui.status_badge", ClaimStatus),
        ("ui.issue_badge", IssueStatus),
        ("ui.scenario_badge", ScenarioStatus),
        ("ui.reading_value", Bound),
        ("evidence.rating", Consistency),
    ):
        section = next(each for each in found.all("section") if each.get("data-id") == component)
        assert set(states) <= {each.get("data-state") for each in section.iter() if each.get("data-state")}
