"""The briefing on paper: exactly one page of A4."""

import re

import pytest

from tests.browser.conftest import OpenReader

ISSUES = ("ownership", "exclusive-rights", "competition", "windsurf")
A4 = (595, 842)
"""Points, each a 72nd of an inch."""


def pages_of(pdf: bytes) -> list[tuple[int, int]]:
    """The size of each page in points. Chromium writes its page objects uncompressed, and their number beside them."""
    sizes = [
        (round(float(width)), round(float(height)))
        for width, height in re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", pdf)
    ]
    assert [int(each) for each in re.findall(rb"/Type\s*/Pages\b[^>]*?/Count\s+(\d+)", pdf)][-1:] == [len(sizes)]
    return sizes


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_briefing_prints_on_one_page(open_reader: OpenReader, language: str) -> None:
    """Each issue's briefing, of today and of the founding article's day, fills one page of A4 and not a second."""
    reader = open_reader()
    for issue in ISSUES:
        for day in ("", "?as_of=2025-06-18"):
            reader.open(f"/{language}/issues/{issue}/briefing{day}")
            pdf = reader.tab.pdf(prefer_css_page_size=True)
            assert pages_of(pdf) == [A4], f"{issue}{day} in {language}"


def test_a_longer_page_is_counted_as_such(open_reader: OpenReader) -> None:
    """The count above means something: a long list prints on several pages."""
    reader = open_reader()
    reader.open("/en/glossary")
    assert len(pages_of(reader.tab.pdf(format="A4"))) > 2


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_issue_prints_without_the_lists_it_keeps_folded(open_reader: OpenReader, language: str) -> None:
    """Folded figures and developments stay folded on paper and say so; what the reader opened is printed."""
    reader = open_reader()
    reader.open(f"/{language}/issues/ownership")
    assert len(pages_of(reader.tab.pdf(format="A4"))) <= 14
    reader.tab.emulate_media(media="print")
    developments, figure = reader.find("#developments"), reader.find("details.figure").first
    assert not developments.locator("li").first.is_visible()
    assert not figure.locator("table").is_visible()
    assert figure.locator("summary").evaluate("(each) => getComputedStyle(each).listStyleType") != "none"
    figure.evaluate("(each) => { each.open = true; }")
    assert figure.locator("table").is_visible()


def test_print_leaves_out_what_paper_cannot_do(open_reader: OpenReader) -> None:
    """The printed briefing has no menus, no search and no links onward, and says at which address it was."""
    reader = open_reader()
    reader.open("/en/issues/ownership/briefing?as_of=2025-06-18")
    address = reader.find(".brief-address")
    assert not address.is_visible()
    reader.tab.emulate_media(media="print")
    assert address.inner_text() == "/en/issues/ownership/briefing?as_of=2025-06-18"
    assert address.is_visible()
    for selector in (".masthead nav", "form.search", ".onward", ".skip"):
        assert not any(each.is_visible() for each in reader.find(selector).all()), selector
