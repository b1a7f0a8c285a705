"""The rules of the house, held by tests: contexts and templates, settings, routes, statements, what is vendored."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from jinja2 import meta, nodes
from sqlalchemy import event
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from app.main import create_app
from app.pages import routing
from app.rendering import respond
from app.rendering.environment import environment
from app.settings import PROJECT, Settings
from tests.page import FRAGMENT, Page
from tests.test_pages import LISTS, PAGES


def variables(template: str) -> set[str]:
    """The variables that a template, its parent and the macros it imports take from the context."""
    env = environment("en")
    assert env.loader is not None
    source, _, _ = env.loader.get_source(env, template)
    tree = env.parse(source)
    found = meta.find_undeclared_variables(tree)
    for node in tree.find_all((nodes.Extends, nodes.Import, nodes.Include)):
        assert isinstance(node.template, nodes.Const)
        found |= variables(node.template.value)
    return found - set(env.globals)


@pytest.fixture(scope="module")
def rendered(client: TestClient, releases: Path) -> dict[str, set[type]]:
    """Each template that any page renders, with the context classes it is given."""
    seen: dict[str, set[type]] = {}
    original = respond.render

    def record(template: str, context: Any, answer: Any, status: int = 200) -> Any:
        seen.setdefault(template, set()).add(type(context))
        return original(template, context, answer, status)

    patch = pytest.MonkeyPatch()
    patch.setattr("app.pages.visit.render", record)
    patch.setattr("app.pages.errors.render", record)
    for path in (*PAGES, "/nothing"):
        client.get(f"/en{path}")
        client.get(f"/en{path}", headers=FRAGMENT)
    with TestClient(create_app(Settings(releases=releases, styleguide=True))) as developer:
        developer.get("/en/styleguide")
    patch.undo()
    return seen


def test_contexts_and_templates_agree(rendered: dict[str, set[type]]) -> None:
    """Each page has one context class; the template uses all its fields, and nothing that is not one of them."""
    for template, classes in rendered.items():
        assert len(classes) == 1, f"{template} is given {classes}; a template has one context class"
        (shape,) = classes
        offered = set(shape.__struct_fields__)
        used = variables(template) - {"is_fragment", "_trans"}
        assert used <= offered, f"{template} uses {used - offered}, which {shape.__name__} does not have"
        assert offered <= used, f"{shape.__name__} has {offered - used}, which {template} does not use"


def test_every_template_is_used(rendered: dict[str, set[type]]) -> None:
    """There is no template that no page renders."""
    pages = {path.relative_to(PROJECT / "templates").as_posix() for path in (PROJECT / "templates").rglob("*.html")}
    # The frame and what stands in a file to take away are not pages.
    unrendered = {"base.html", "exports/pack.html"}
    assert {each for each in pages if not each.startswith("macros/")} - unrendered == set(rendered)


def test_every_setting_is_documented() -> None:
    """Each setting stands in .env.example by its name, and nothing stands there that is no setting."""
    text = (PROJECT / ".env.example").read_text("utf-8")
    wanted = {f"FAULTLINES_{name.upper()}" for name in Settings.model_fields}
    named = {word.strip("#= ") for line in text.splitlines() if "FAULTLINES_" in line for word in line.split("=")[:1]}
    missing = {each for each in wanted if not any(each in name for name in named)}
    assert not missing, f".env.example does not document {sorted(missing)}"
    assert all(information.description for information in Settings.model_fields.values())


def test_addresses_only_grow(client: TestClient) -> None:
    """Every address that was ever served still is: tests/routes.txt may grow and never shrink."""
    app: Any = client.app
    served: set[str] = set()
    for route in (*app.routes, *routing.routes):
        if isinstance(route, Mount):
            served.add(route.path)
        elif isinstance(route, Route) or hasattr(route, "methods"):
            served.add(route.path)
            assert set(route.methods) <= {"GET", "HEAD"}, f"{route.path} answers {route.methods}; this site only reads"
    kept = set((PROJECT / "tests" / "routes.txt").read_text("utf-8").split())
    assert kept <= served, f"these addresses are gone: {sorted(kept - served)}"
    assert served <= kept, f"add these to tests/routes.txt: {sorted(served - kept)}"


@contextmanager
def counted(engine: Any) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


BUDGET = {"/": 60, "/issues/ownership": 50, "/claims/u10": 16, "/scenarios": 8, "/glossary": 4}
"""The most statements a page may send; any other page gets the default."""
DEFAULT_BUDGET = 14


@pytest.mark.parametrize("path", PAGES)
def test_a_page_keeps_to_its_statements(client: TestClient, path: str) -> None:
    """The number of statements of a page does not grow with what it lists."""
    app: Any = client.app
    kind = next((each for each in BUDGET if each == path), "/issues/ownership" if path.startswith("/issues/") else "")
    with counted(app.state.current.get().engine) as statements:
        assert client.get(f"/fr{path}").status_code == 200
    most = BUDGET.get(kind, DEFAULT_BUDGET)
    assert len(statements) <= most, f"{path} sends {len(statements)} statements, its budget is {most}"


def test_a_filter_on_an_issue_reads_its_claims_alone(client: TestClient) -> None:
    """The part that htmx asks for is made without the rest of the page, which would take four times as long."""
    app: Any = client.app
    with counted(app.state.current.get().engine) as statements:
        assert client.get("/fr/issues/ownership?status=disputed", headers=FRAGMENT).status_code == 200
    assert len(statements) <= DEFAULT_BUDGET


@pytest.mark.parametrize("path", LISTS)
def test_a_longer_list_sends_no_more_statements(client: TestClient, path: str) -> None:
    """Ten entries and two hundred cost the same number of statements: nothing is fetched entry by entry."""
    app: Any = client.app
    sent = []
    for size in (10, 150):
        with counted(app.state.current.get().engine) as statements:
            assert client.get(f"/en{path}?size={size}").status_code == 200
        sent.append(len(statements))
    assert sent[0] == sent[1]


def test_every_threat_is_shown_by_tests_that_exist() -> None:
    """Each row of the table in docs/security.md names tests, by file and function, and each of them is there."""
    rows = re.findall(r"(?m)^\|(.+)\|$", (PROJECT / "docs" / "security.md").read_text("utf-8"))[2:]
    assert len(rows) > 10
    for row in rows:
        file = ""
        named = re.findall(r"`((?:browser/)?test_\w+\.py)?::(test_\w+)`", row.split("|")[-1])
        assert named, f"no test is named for: {row}"
        for other, function in named:
            file = other or file
            text = (PROJECT / "tests" / file).read_text("utf-8")
            assert f"\ndef {function}(" in text, f"{file} has no {function}"


def test_what_is_vendored_is_what_was_published() -> None:
    """htmx is the file of the npm package at the version in its path; its digest is on record."""
    noted = (PROJECT / "static" / "vendor" / "README.md").read_text("utf-8")
    for path in sorted((PROJECT / "static" / "vendor").rglob("*.js")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert digest in noted, f"{path.name}: the digest {digest} is not in static/vendor/README.md"


def test_the_source_of_the_page_is_not_the_reader(page: Callable[..., Page]) -> None:
    """What a reader types is text on the page, never markup."""
    found = page("/en/claims?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert "<script>alert" not in found.text
    assert "<script>alert(1)</script>" in found.main


def test_a_count_is_what_is_listed(page: Callable[..., Page]) -> None:
    """On every list, the announced count, the facet's count and the rows listed agree."""
    for path in LISTS:
        found = page(f"/en{path}?size=190")
        assert found.count == len(set(found.ids)) or found.count > 190
        for value, (count, address) in list(found.facet("status").items())[:3]:
            narrowed = page(address)
            assert narrowed.count == count, f"{path}: the facet says {count} for {value}, the list {narrowed.count}"


def test_the_founding_article_is_covered(page: Callable[..., Page], tmp_path: Path) -> None:
    """All 21 units of the founding article carry at least one claim."""
    found = page("/fr/sources/article-fr")
    units = {
        each.get("data-locator"): int(each.get("data-claims") or "0")
        for each in found.all("li")
        if each.get("data-locator")
    }
    assert list(units) == [f"U{n}" for n in range(1, 22)]
    assert all(units.values()), f"no claim rests on {[unit for unit, claims in units.items() if not claims]}"
