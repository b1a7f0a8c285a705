"""Addresses and history: Back, Forward, reload, a pasted address, a new tab. Never a fragment as a page."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import Reader
from tests.browser.conftest import OpenReader


@pytest.mark.parametrize("language", ["en", "fr"])
def test_back_and_forward_show_each_view_again(either_reader: Reader, language: str) -> None:
    """Through three filters and back and forth, each address shows the same rows, with every control in step."""
    reader = either_reader
    reader.open(f"/{language}/claims")
    views = [reader.view()]
    for parameter in ("issue", "status", "attribution"):
        value = max(reader.counts(parameter).items(), key=lambda each: (each[1], each[0]))[0]
        views.append(reader.follow(reader.facet(parameter, value)))
    for view in views[-2::-1]:
        found = reader.back(view.address)
        assert found == view
    for view in views[1:]:
        found = reader.forward(view.address)
        assert found == view
    reader.tab.reload()
    assert reader.arrives(views[-1].address) == views[-1]


@pytest.mark.parametrize("path", ["/fr/claims", "/en/timeline", "/en/sources", "/fr/issues/competition"])
def test_a_pasted_address_shows_the_same_view(open_reader: OpenReader, path: str) -> None:
    """What a reader filtered by hand, another sees alike at the address, with JavaScript or without."""
    reader = open_reader()
    reader.open(path)
    parameter = "status" if "claims" in path or "issues" in path else "kind"
    value, _ = reader.narrowing(parameter)
    reader.follow(reader.facet(parameter, value))
    reader.find("#filter-from").fill("2019")
    reader.find("#filter-from").press("Enter")
    view = reader.arrives(f"{path}?{parameter}={value}&from=2019")
    for scripted in (True, False):
        other = open_reader(scripted=scripted)
        other.open(view.address)
        assert other.arrives(view.address) == view


@pytest.mark.parametrize("language", ["en", "fr"])
def test_leaving_for_a_claim_and_coming_back(either_reader: Reader, language: str) -> None:
    """Back from a claim's page shows the filtered list as it was left, as a whole page."""
    reader = either_reader
    reader.open(f"/{language}/claims")
    value, _ = reader.narrowing("status")
    reader.follow(reader.facet("status", value))
    issue = max(reader.counts("issue").items(), key=lambda each: (each[1], each[0]))[0]
    view = reader.follow(reader.facet("issue", issue))
    identifier = view.ids[0]
    reader.find(f"#claim-{identifier} .claim-text a").click()
    expect(reader.find(f"article.one-claim[data-id={identifier}]")).to_be_visible()
    assert reader.back(view.address) == view
    reader.tab.go_forward()
    expect(reader.find(f"article.one-claim[data-id={identifier}]")).to_be_visible()
    assert reader.back(view.address) == view
    assert reader.back(f"/{language}/claims?status={value}").one("status") == value


def test_a_fragment_is_never_shown_as_the_page(reader: Reader) -> None:
    """Addresses that the browser knows only as fragments are whole pages when opened, left and returned to."""
    reader.open("/en/claims")
    value, _ = reader.narrowing("status")
    view = reader.follow(reader.facet("status", value))
    reader.open("/en/glossary")
    assert reader.back(view.address) == view
    reader.open("/en/about")
    reader.open(view.address)
    assert reader.arrives(view.address) == view
    reader.tab.reload()
    assert reader.arrives(view.address) == view
    second = reader.another_tab()
    second.open(view.address)
    assert second.arrives(view.address) == view


def test_a_page_seen_first_does_not_stand_in_for_its_fragment(reader: Reader) -> None:
    """A view that was loaded whole before can still be reached by a filter, without a page inside the page."""
    reader.open("/en/claims")
    value, _ = reader.narrowing("status")
    address = reader.address_of(reader.facet("status", value))
    reader.open(address)
    reader.open("/en/claims")
    view = reader.follow(reader.facet("status", value))
    assert view.address == address
    expect(reader.find("header.masthead")).to_have_count(1)
    expect(reader.find("#results")).to_have_count(1)


@pytest.mark.parametrize("how", [{"modifiers": ["ControlOrMeta"]}, {"modifiers": ["Shift"]}, {"button": "middle"}])
def test_a_facet_opens_in_a_new_tab(reader: Reader, how: dict[str, Any]) -> None:
    """A filter is a real link: opened in a new tab it shows the filtered page there, and this tab stays as it was."""
    reader.open("/en/claims")
    before = reader.view()
    value, promised = reader.narrowing("status")
    address = reader.address_of(reader.facet("status", value))
    with reader.tab.context.expect_page() as opened:
        reader.facet("status", value).click(**how)
    other = Reader(opened.value, reader.watch, scripted=True)
    assert other.arrives(address).count == promised
    assert reader.view() == before


def test_the_pages_of_a_list_are_turned_in_place(either_reader: Reader) -> None:
    """Next shows other entries and Previous the first again; choosing a filter leads back to the first page."""
    reader = either_reader
    reader.open("/en/claims")
    first = reader.view()
    second = reader.follow(reader.find("#next-page"))
    assert second.address == "/en/claims?page=2"
    assert not set(first.ids) & set(second.ids)
    assert second.count == first.count
    assert reader.follow(reader.find("#previous-page")).ids == first.ids
    reader.follow(reader.find("#next-page"))
    value, _ = reader.narrowing("status")
    assert reader.follow(reader.facet("status", value)).asked == [["status", value]]
    assert reader.back("/en/claims?page=2").ids == second.ids
