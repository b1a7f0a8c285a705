"""Filtering by hand: facets, chips, dates, words, and what stays put meanwhile. With JavaScript and without."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser import Reader
from tests.browser.conftest import OpenReader

LISTS = (
    ("/en/claims", "status"),
    ("/fr/claims", "attribution"),
    ("/en/timeline", "kind"),
    ("/fr/figures", "issue"),
    ("/en/sources", "kind"),
    ("/fr/issues/ownership", "status"),
)


@pytest.mark.parametrize(("path", "parameter"), LISTS)
def test_a_facet_narrows_the_list(either_reader: Reader, path: str, parameter: str) -> None:
    """Choosing a facet's value shows as many entries as it promised, and address, title, chip and count say it."""
    reader = either_reader
    reader.open(path)
    before = reader.view()
    value, promised = reader.narrowing(parameter)
    name = reader.facet(parameter, value).locator(".facet-name").inner_text()
    view = reader.follow(reader.facet(parameter, value))
    assert view.asked == [[parameter, value]]
    assert view.count == promised == len(view.ids)
    assert reader.counts(parameter)[value] == promised
    assert before.status != view.status
    assert str(promised) in view.status
    heading = before.title.removesuffix(" · Faultlines")
    expect(reader.tab).to_have_title(re.compile(f"^{re.escape(heading)}.*{re.escape(name)} · Faultlines$"))
    expect(reader.chip(parameter)).to_contain_text(name)


def test_the_page_stays_while_the_list_changes(reader: Reader) -> None:
    """A filter changes the list in place: same page, same announcing element, same focus, same scroll position."""
    reader.open("/en/claims")
    value, _ = reader.narrowing("issue")
    link = reader.facet("issue", value)
    link.scroll_into_view_if_needed()
    reader.tab.evaluate("() => scrollBy(0, 120)")
    reader.still()
    reader.mark()
    measure = "(link) => [Math.round(scrollY), Math.round(link.getBoundingClientRect().top)]"
    before = link.evaluate(measure)
    assert before[0] > 0, "the test must scroll for its measure to mean anything"
    reader.follow(link)
    reader.still()
    assert reader.marked, "the filter loaded a whole page"
    assert reader.same_announcer, "the status element was replaced: a screen reader would not announce the new count"
    assert reader.find("#count").get_attribute("role") == "status"
    expect(link).to_be_focused()
    after = link.evaluate(measure)
    assert after == before, f"the page jumped: scroll and the link's place were {before}, now {after}"


def test_a_second_facet_narrows_further(either_reader: Reader) -> None:
    """Different facets mean AND; a second value of the same facet means OR; each count comes true."""
    reader = either_reader
    reader.open("/en/claims")
    first, count = reader.narrowing("status")
    reader.follow(reader.facet("status", first))
    second, narrower = reader.narrowing("issue")
    view = reader.follow(reader.facet("issue", second))
    assert view.count == narrower < count
    assert sorted(view.asked) == sorted([["issue", second], ["status", first]])
    others = {value: more for value, more in reader.counts("issue").items() if value != second and more}
    third = min(others, key=lambda each: (others[each], each))
    wider = reader.follow(reader.facet("issue", third))
    assert wider.count is not None
    assert max(narrower, others[third]) <= wider.count <= narrower + others[third]
    assert set(view.ids) <= set(wider.ids)


def test_a_chosen_value_is_dropped_by_its_own_link(either_reader: Reader) -> None:
    """Clicking a chosen facet value again leads back to the list without it."""
    reader = either_reader
    reader.open("/fr/timeline")
    before = reader.view()
    value, _ = reader.narrowing("kind")
    reader.follow(reader.facet("kind", value))
    after = reader.follow(reader.facet("kind", value))
    assert after.address == before.address
    assert after.ids == before.ids


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_chip_removes_its_filter(reader: Reader, language: str) -> None:
    """Removing a chip shows what it held back, and the focus goes to the count instead of the top of the page."""
    reader.open(f"/{language}/claims")
    status, _ = reader.narrowing("status")
    only = reader.follow(reader.facet("status", status))
    issue, _ = reader.narrowing("issue")
    reader.follow(reader.facet("issue", issue))
    view = reader.follow(reader.chip("issue"))
    assert view.ids == only.ids
    assert [pair[0] for pair in view.chips] == ["status"]
    expect(reader.find("#count")).to_be_focused()
    view = reader.follow(reader.chip("status"))
    assert view.asked == []
    expect(reader.find("#count")).to_be_focused()


def test_the_first_of_two_chips_leaves_the_focus_on_the_count(reader: Reader) -> None:
    """The focus does not slip to the chip that moves up into the place of the one removed."""
    reader.open("/en/claims")
    issue, _ = reader.narrowing("issue")
    reader.follow(reader.facet("issue", issue))
    status, _ = reader.narrowing("status")
    reader.follow(reader.facet("status", status))
    first = reader.find("#results [data-chip]").first
    removed = first.get_attribute("data-chip")
    view = reader.follow(first)
    assert removed not in [pair[0] for pair in view.chips]
    expect(reader.find("#count")).to_be_focused()


def test_clear_all_drops_every_filter(either_reader: Reader) -> None:
    """One link leads back to the whole list."""
    reader = either_reader
    reader.open("/en/sources")
    whole = reader.view()
    kind, _ = reader.narrowing("kind")
    reader.follow(reader.facet("kind", kind))
    issue, _ = reader.narrowing("issue")
    reader.follow(reader.facet("issue", issue))
    cleared = reader.follow(reader.find("#clear"))
    assert cleared.ids == whole.ids
    if reader.scripted:
        expect(reader.find("#count")).to_be_focused()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_dates_and_words_are_sent_with_enter(either_reader: Reader, language: str) -> None:
    """The form takes incomplete dates and words, Enter sends it, and it keeps the facet chosen before."""
    reader = either_reader
    reader.open(f"/{language}/claims")
    issue, _ = reader.narrowing("issue")
    chosen = reader.follow(reader.facet("issue", issue))
    reader.find("#filter-from").fill("2025")
    reader.find("#filter-to").fill("2025-12")
    reader.find("#filter-to").press("Enter")
    dated = reader.arrives(f"/{language}/claims?issue={issue}&from=2025&to=2025-12")
    assert set(dated.ids) <= set(chosen.ids)
    assert dated.ids
    reader.find("#filter-q").fill("microsoft")
    reader.find("#filter-q").press("Enter")
    worded = reader.arrives(f"/{language}/claims?issue={issue}&from=2025&to=2025-12&q=microsoft")
    assert 0 < len(worded.ids) < len(dated.ids)
    assert set(worded.ids) <= set(dated.ids)
    if reader.scripted:
        expect(reader.find("#filter-q")).to_be_focused()


@pytest.mark.parametrize("path", ["/en/claims", "/fr/issues/ownership"])
def test_a_value_is_chosen_from_a_menu(either_reader: Reader, path: str) -> None:
    """What a long facet has no link for is chosen from its menu, beside what was chosen before, and is a link then."""
    reader = either_reader
    reader.open(path)
    reader.follow(reader.facet("kind", "amount"))
    values: list[str] = []
    for place in (1, 3):
        if reader.find("#facet-source").get_attribute("open") is None:
            reader.find("#facet-source > summary").click()
        menu = reader.find("#more-source")
        before = set(reader.counts("source"))
        value = menu.locator("option").nth(place).get_attribute("value") or ""
        menu.select_option(value)
        reader.find("#facet-source .others button").press("Enter")
        values = sorted([*values, value])
        asked = "&".join(f"source={each}" for each in values)
        view = reader.arrives(f"{path}?kind=amount&{asked}")
        assert value not in before
        assert value in reader.counts("source")
        assert view.ids
        expect(reader.find("#more-source")).to_have_value("")


def test_a_choice_in_a_menu_that_was_not_applied_is_not_another_later(reader: Reader) -> None:
    """Where something else changes the list, the menu names nothing, rather than what now stands in the place."""
    reader.open("/en/claims")
    reader.find("#facet-source > summary").click()
    reader.find("#more-source").select_option(index=4)
    reader.follow(reader.facet("status", "confirmed"))
    expect(reader.find("#more-source")).to_have_value("")


def test_the_order_is_chosen_in_the_form(either_reader: Reader) -> None:
    """Another order shows the same entries the other way round, and the default order leaves the address again."""
    reader = either_reader
    reader.open("/en/timeline")
    before = reader.view()
    reader.find("#filter-sort").select_option("newest")
    reader.find("#filter-apply").click()
    after = reader.arrives("/en/timeline?sort=newest")
    assert sorted(after.ids) == sorted(before.ids)
    assert after.ids != before.ids
    reader.find("#filter-sort").select_option("oldest")
    reader.find("#filter-apply").click()
    assert reader.arrives("/en/timeline").ids == before.ids


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_empty_result_says_what_to_drop(either_reader: Reader, language: str) -> None:
    """Where nothing matches, the page names each filter with what dropping it would show, and the link does that."""
    reader = either_reader
    reader.open(f"/{language}/claims?from=2025&q=zzzxqqq")
    view = reader.view()
    view.hold_in_step()
    assert view.count == 0
    links = reader.find("#results .empty a")
    assert links.count() == 2
    promised = {reader.address_of(each): each.inner_text() for each in links.all()}
    without_words = f"/{language}/claims?from=2025"
    assert set(promised) == {without_words, f"/{language}/claims?q=zzzxqqq"}
    view = reader.follow(reader.find(f'#results .empty a[href="{without_words}"]'))
    assert view.count
    assert str(view.count) in promised[without_words]
    if reader.scripted:
        expect(reader.find("#count")).to_be_focused()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_bad_date_is_named_and_can_be_left(either_reader: Reader, language: str) -> None:
    """A date that cannot be is refused by name, in place; there is a way out, and Back shows the list as it was."""
    reader = either_reader
    reader.watch.expected.append("status of 400")
    reader.open(f"/{language}/claims")
    status, _ = reader.narrowing("status")
    good = reader.follow(reader.facet("status", status))
    for leave in ("back", "way out"):
        reader.find("#filter-from").fill("banana")
        reader.find("#filter-from").press("Enter")
        expect(reader.find("#bad-parameter")).to_have_text("from")
        expect(reader.find("#results")).to_contain_text("banana")
        assert "from=banana" in reader.tab.url
        if leave == "back":
            view = reader.back(good.address)
            assert view.ids == good.ids
        else:
            view = reader.follow(reader.find("#way-out"))
            assert view.address == f"/{language}/claims"
            assert view.count


def test_a_refused_filter_is_announced(reader: Reader) -> None:
    """The refusal changes the title and the text of the very element that announces counts."""
    reader.watch.expected.append("status of 400")
    reader.open("/en/claims")
    before = reader.view()
    reader.mark()
    reader.find("#filter-to").fill("2025-13")
    reader.find("#filter-to").press("Enter")
    expect(reader.find("#bad-parameter")).to_have_text("to")
    assert reader.marked
    assert reader.same_announcer
    assert reader.view().status != before.status
    expect(reader.tab).not_to_have_title(before.title)
    expect(reader.find("main h1")).to_have_count(1)


def test_the_language_link_keeps_the_view(either_reader: Reader) -> None:
    """After filtering, the other language shows the same entries under the same filter, and so does the way back."""
    reader = either_reader
    reader.open("/en/claims")
    value, _ = reader.narrowing("issue")
    view = reader.follow(reader.facet("issue", value))
    french = reader.follow(reader.find("#other-language"))
    assert french.address == view.address.replace("/en/", "/fr/")
    assert french.ids == view.ids
    assert reader.find("html").get_attribute("lang") == "fr"
    again = reader.follow(reader.find("#other-language"))
    assert again.address == view.address
    assert again.ids == view.ids


def test_the_controls_above_the_list_follow_the_filter(either_reader: Reader) -> None:
    """The language link and the day's form keep the filter as it is now, not as it was when the page was loaded."""
    reader = either_reader
    reader.open("/en/claims")
    value, _ = reader.narrowing("issue")
    reader.follow(reader.facet("issue", value)).hold_frame_in_step()
    reader.find("#as-of-day").fill("2026-01-31")
    reader.find("#as-of-day").press("Enter")
    past = reader.arrives(f"/en/claims?issue={value}&as_of=2026-01-31")
    past.hold_frame_in_step()
    reader.follow(reader.chip("issue")).hold_frame_in_step()


def test_the_way_back_to_today_keeps_the_filter(either_reader: Reader) -> None:
    """On an earlier day's list, the banner's link leads to today's list under the filter chosen since."""
    reader = either_reader
    reader.open("/en/claims?as_of=2025-12-31")
    value, _ = reader.narrowing("issue")
    reader.follow(reader.facet("issue", value))
    assert reader.follow(reader.find("aside.past a")).asked == [["issue", value]]


def test_a_facet_opened_by_hand_stays_open(reader: Reader) -> None:
    """Choosing a value of one facet does not fold another that the reader has opened."""
    reader.open("/en/claims")
    reader.find("#facet-driver > summary").click()
    expect(reader.find("#facet-driver")).to_have_attribute("open", "")
    value, _ = reader.narrowing("status")
    reader.follow(reader.facet("status", value))
    expect(reader.find("#facet-driver")).to_have_attribute("open", "")


def test_the_day_is_left_by_its_chip(either_reader: Reader) -> None:
    """Removing the chip of the day leads back to today everywhere on the page: banner, day field and links too."""
    reader = either_reader
    reader.open("/en/claims?as_of=2025-12-31")
    expect(reader.find("aside.past")).to_be_visible()
    reader.follow(reader.chip("as_of")).hold_frame_in_step()
    expect(reader.find("aside.past")).to_have_count(0)
    expect(reader.find("#as-of-day")).to_have_value("")
    # The links that stay as they are name the day of the view.
    expect(reader.find('[href*="as_of="]:not([href*="/r/"])')).to_have_count(0)


@pytest.mark.parametrize("late", ["first", "second"])
def test_two_quick_clicks_end_in_agreement(reader: Reader, late: str) -> None:
    """Whichever of two answers comes last, the view is the one asked for last, and nothing in it disagrees."""
    reader.open("/en/claims")
    held: list[Route] = []
    reader.tab.route(lambda url: "status=" in url, lambda route: held.append(route))
    one, two = list(reader.counts("status"))[:2]
    asked = reader.address_of(reader.facet("status", two))
    for value in (one, two):
        with reader.tab.expect_request(lambda request: "status=" in request.url):
            reader.facet("status", value).click()
    for route in held if late == "second" else held[::-1]:
        asking = route.request
        if asking.failure is None:  # The browser may have given it up for the second.
            with reader.tab.expect_request_finished(lambda each, asking=asking: each == asking):
                route.continue_()
    reader.still()
    view = reader.arrives(asked)
    assert view.count == reader.counts("status")[two]


def test_filters_chosen_on_a_phone_do_not_move_the_page(open_reader: OpenReader) -> None:
    """On a narrow screen the list stands below its filters; choosing one leaves the reader where they are."""
    reader = open_reader(width=360, height=740, has_touch=True)
    reader.open("/fr/claims")
    value, _ = reader.narrowing("issue")
    link = reader.facet("issue", value)
    assert not link.is_visible(), "on a narrow screen the filter is folded until it is asked for"
    reader.tab.locator("#fold > summary").click()
    link.scroll_into_view_if_needed()
    reader.still()
    measure = "(link) => [Math.round(scrollY), Math.round(link.getBoundingClientRect().top)]"
    before = link.evaluate(measure)
    reader.follow(link)
    reader.still()
    assert link.evaluate(measure) == before
