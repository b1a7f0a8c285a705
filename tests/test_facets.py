"""The number beside each value of a facet is the length of the list that choosing it leads to."""

from collections.abc import Callable
from random import Random
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from starlette.testclient import TestClient

from app.filters import FACETS
from tests.page import Page
from tests.test_exports import random_filter

PATHS = ("/claims", "/timeline", "/figures", "/sources", "/search", "/issues/ownership", "/issues/windsurf")


@pytest.mark.parametrize("path", PATHS)
def test_counts_are_those_of_the_lists_they_lead_to(client: TestClient, page: Callable[..., Page], path: str) -> None:
    """For random filters, values of every facet on the page: the filter with that value alone lists as many entries."""
    random, tried, views = Random(f"facets {path}"), set(), 0
    while views < 2:
        pairs = [pair for pair in random_filter(random) if pair[0] not in ("size", "sort")]
        if path.startswith("/issues/"):
            pairs = [pair for pair in pairs if pair[0] != "issue"]
        language = random.choice(("en", "fr"))
        address = f"/{language}{path}?{urlencode(pairs)}" if pairs else f"/{language}{path}"
        answer = client.get(address)
        shown = page(answer.headers.get("location", address))
        if not shown.count:
            continue
        views += 1
        assert shown.count == client.get(f"/{language}{path}.json?{urlencode(pairs)}").json()["count"]
        for parameter in ("in", *FACETS):
            values = shown.facet(parameter)
            for value in random.sample(sorted(values), min(2, len(values))):
                count, href = values[value]
                alone = [*(pair for pair in pairs if pair[0] != parameter), (parameter, value)]
                listed = client.get(f"/{language}{path}.json?{urlencode([*alone, ('size', '1')])}").json()["count"]
                assert listed == count, (address, parameter, value)
                # The link toggles the value beside what was chosen before.
                led = parse_qsl(urlsplit(href).query)
                assert ((parameter, value) in led) != ((parameter, value) in pairs), href
                tried.add(parameter)
    wanted = {*FACETS, *(("in",) if path == "/search" else ())}
    # An issue's own page has no facet of issues.
    assert tried >= wanted - {"rank", "flag", "impact", "driver", *(("issue",) if "issues" in path else ())}, tried
