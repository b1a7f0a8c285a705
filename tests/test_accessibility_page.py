"""The accessibility statement: where it is found, whom it names, and that it promises nothing that no test holds."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.browser.test_accessibility import NARROW, TAGS, WIDTHS
from tests.conftest import TODAY
from tests.page import Page


def test_every_page_leads_to_the_statement(page: Callable[..., Page]) -> None:
    """The foot of a page links to the statement in its language and keeps the day of the view."""
    assert "/fr/accessibility" in page("/fr/").links()
    assert "/en/accessibility?as_of=2025-06-18" in page("/en/claims/u10?as_of=2025-06-18").links()


def test_the_statement_names_what_is_tested(page: Callable[..., Page]) -> None:
    """The standard and the widths that the statement gives are those of the browser tests."""
    said = page("/en/accessibility").main
    assert "2.2, level AA" in said
    assert "wcag22aa" in TAGS
    *most, last = (str(width) for width in WIDTHS)
    assert f"at {', '.join(most)} and {last} pixels" in said
    assert f"At {NARROW} pixels" in said
    assert f"a screen of {NARROW * 4} pixels at 400% zoom" in said


@pytest.mark.parametrize(
    ("contact", "address"),
    [("access@example.org", "mailto:access@example.org"), ("https://example.org/help", "https://example.org/help")],
)
def test_the_operator_is_named_where_set(releases: Path, contact: str, address: str) -> None:
    """An e-mail address or a page that the operator set is a link; setting it makes the page a new one to caches."""
    with (
        TestClient(create_app(Settings(releases=releases, contact=contact), clock=lambda: TODAY)) as named,
        TestClient(create_app(Settings(releases=releases), clock=lambda: TODAY)) as unnamed,
    ):
        found = Page.fetch(named, "/en/accessibility", 200, {})
        assert address in [each.get("href") for each in found.all("a")]
        plain = Page.fetch(unnamed, "/en/accessibility", 200, {})
        assert "has left no address" in plain.main
        assert found.headers["etag"] != plain.headers["etag"]
        assert named.get("/en/accessibility.json").json()["contact"] == contact


@pytest.mark.parametrize("contact", ["javascript:alert(1)", "http://example.org", "somebody", "a@b@c", "https://"])
def test_a_contact_that_leads_nowhere_is_refused(contact: str) -> None:
    """What is neither an e-mail address nor an https page stops the server at its start."""
    with pytest.raises(ValidationError):
        Settings(contact=contact)


def test_an_empty_contact_is_none() -> None:
    """A setting left empty, as compose passes it on, counts as not set."""
    assert Settings(contact="").contact is None


def test_the_statement_is_dated(page: Callable[..., Page], client: TestClient) -> None:
    """Its date is a day that has been, the same on the page and in the data."""
    reviewed = date.fromisoformat(client.get("/en/accessibility.json").json()["reviewed"])
    assert date(2026, 1, 1) < reviewed <= date.today()
    assert str(reviewed.year) in page("/en/accessibility").main
