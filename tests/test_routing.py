"""A path is looked up in a table of pages, and leads where its pattern says."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.testclient import TestClient

import app.main  # noqa: F401  It registers all pages.
from app.pages.routing import ID_FORM, SUFFIXES, PageRoute, find_route, routes

PATTERNS = [
    (
        route,
        re.compile(
            re.escape(route.path)
            .replace(re.escape("{language:language}"), "(?P<language>en|fr)")
            .replace(re.escape("{identifier:id}"), f"(?P<identifier>{ID_FORM})")
        ),
    )
    for route in sorted(routes, key=lambda each: "{identifier" in each.path)
]
"""Each route with the pattern that its path stands for; those with a name of their own first."""


def slowly(path: str) -> tuple[PageRoute, dict[str, str]] | None:
    """The first pattern that fits, held against all of them."""
    return next(((route, found.groupdict()) for route, each in PATTERNS if (found := each.fullmatch(path))), None)


words = sorted({part for route in routes for part in re.split(r"[/{}]|\.", route.path) if part.isascii() and part})
pieces = st.sampled_from([*words, "en", "fr", "de", "x-1", "mix-", "-", "", "é", "A", "index", "\n", "a.b"])
paths = st.builds(
    lambda before, parts, after: before + "/".join(parts) + after,
    st.sampled_from(["/en/", "/fr/", "/", "", "/de/", "//en/", "/en"]),
    st.lists(pieces, max_size=4),
    st.sampled_from(["", *SUFFIXES, "/", ".", ".xml", "\n"]),
)


@given(paths | st.text("/enfr.-mixclaims\n", max_size=30))
@example("/en/")
@example("/en")
@example("/en/claims\n")
@example("/fr/charts/mix-ownership.svg")
@example("/en/claims/index.json")
@example("/en/scenarios/evidence.csv")
def test_the_table_leads_where_the_patterns_lead(path: str) -> None:
    """For any path: the same route, with the same language and the same id, or none."""
    assert find_route(path) == slowly(path)


@pytest.mark.parametrize("route", routes, ids=lambda route: route.path)
def test_every_route_is_found(route: PageRoute) -> None:
    """None is hidden behind another."""
    path = route.path.replace("{language:language}", "fr").replace("{identifier:id}", "an-id-2")
    found = find_route(path)
    assert found is not None
    assert found[0] is route
    assert found[1].get("identifier", "an-id-2") == "an-id-2"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/en/claims", "/fr/claims.json", "/en/issues/ownership"])
def test_pages_are_only_read(client: TestClient, method: str, path: str) -> None:
    """Any other method is refused, with those that there are."""
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
