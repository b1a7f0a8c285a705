"""The number beside each value of a facet is the length of the list that choosing it leads to."""

from collections.abc import Callable
from random import Random
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from app.filters import FACETS, Filter
from app.queries.listings import count_facets
from app.rendering.formats import format_number
from app.rendering.listing import MOST_LINKS
from app.vocabulary import Listing
from app.words import fold
from tests.conftest import TODAY
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


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_long_facet_leaves_its_rarest_values_to_a_menu(
    session: Session, page: Callable[..., Page], language: str
) -> None:
    """The links are what most claims have, and what is chosen; with the menu they are all, each with its count."""
    rare = page(f"/{language}/claims").menu("source")
    assert len(rare) > 10
    value = min(rare)
    for chosen in (Filter(), Filter(issue=("windsurf",)), Filter(source=(value,)), Filter(source=tuple(sorted(rare)))):
        shown = page(f"/{language}/claims{chosen.query()}")
        counts = count_facets(session, listing=Listing.CLAIMS, chosen=chosen, as_of=TODAY)
        for parameter in FACETS:
            links = {each: count for each, (count, _) in shown.facet(parameter).items()}
            menu = shown.menu(parameter)
            assert links.keys() | menu.keys() == counts[parameter].keys() | set(chosen.values(parameter))
            assert not links.keys() & menu.keys()
            assert set(chosen.values(parameter)) <= links.keys()
            if menu:
                assert len(links) == max(MOST_LINKS, len(chosen.values(parameter)))
                others = [count for each, count in links.items() if each not in chosen.values(parameter)]
                assert not others or min(others) >= max(counts[parameter][each] for each in menu)
                assert all(
                    words.endswith(f"({format_number(counts[parameter][each], language)})")
                    for each, words in menu.items()
                )
                names = [fold(words.rpartition(" (")[0]) for words in menu.values()]
                assert names == sorted(names)


def test_every_value_fits_among_the_links_where_they_are_few(page: Callable[..., Page]) -> None:
    """A list of twenty parties is whole: there is a menu where it saves something, and not elsewhere."""
    shown = page("/en/claims")
    assert [each for each in FACETS if shown.menu(each)] == ["source"]
    assert len(shown.facet("party")) > 10
