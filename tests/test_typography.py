"""Each language is set as its readers expect: spaces, quotation marks, and the language of words that are not of it."""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

import pytest

from tests.page import Page
from tests.test_pages import PAGES

BLOCKS = {
    "p",
    "li",
    "dt",
    "dd",
    "td",
    "th",
    "h1",
    "h2",
    "h3",
    "summary",
    "option",
    "label",
    "legend",
    "title",
    "section",
}
UNREAD = {"script", "style", "code", "svg", "head"}
FIXED = "\u00a0\u202f"
"""The spaces that never end a line."""
WRONG = {
    "a high sign without its no-break space": rf"(?<![{FIXED}?!])[;?!»]",
    "a colon without its no-break space": rf"(?<![{FIXED}]):(?=\s|$)",
    "an opening guillemet without its no-break space": rf"«(?![{FIXED}])",
    "a per cent sign without its no-break space": rf"(?<![{FIXED}])%",
    "a quotation mark of another language": r"[\"“”]",
    "a typewriter's apostrophe": r"(?<=\w)'(?=\w)",
}


def shown(element: Element, language: str, wanted: str) -> str:
    """What a reader sees or hears of an element in the language wanted, block by block.

    Addresses, code and the recorded words of sources stay out: they are as they are.
    """
    language = element.get("lang") or language
    if (
        not isinstance(element.tag, str)
        or element.tag.rpartition("}")[2] in UNREAD
        or element.get("class") == "wording"
    ):
        return "x"
    own = (element.text or "") if language == wanted and not (element.text or "").startswith("http") else "x"
    inner = own + "".join(
        shown(each, language, wanted) + ((each.tail or "") if language == wanted else "x") for each in element
    )
    spoken = [element.get(name) for name in ("title", "aria-label")] if language == wanted else []
    return "\n".join([*filter(None, spoken), inner, ""]) if spoken != [None, None] or element.tag in BLOCKS else inner


def faults(text: str) -> list[str]:
    """What a French typesetter would mend, each with its surroundings."""
    return [
        f"{name}: {text[max(0, found.start() - 30) : found.end() + 15]!r}"
        for name, pattern in WRONG.items()
        for found in re.finditer(pattern, text)
    ]


@pytest.mark.parametrize("path", [*PAGES, "/claims?size=200", "/sources?size=200", "/claims?q=zzzxqqq"])
def test_french_is_set_as_french(page: Callable[..., Page], path: str) -> None:
    """On no French page does a high sign lack its no-break space, or a quotation stand in foreign marks."""
    found = page(f"/fr{path}")
    text = shown(found.all("body")[0], "fr", "fr")
    assert len(text) > 500
    assert not faults(text), "\n".join(faults(text)[:8])


def test_the_check_finds_what_is_wrong() -> None:
    """Each fault is found, and what is right passes, so the test above means something."""
    right = "Qui\u00a0? «\u00a0Oui\u00a0», dit-il\u202f: 49\u00a0% d’un tout\u00a0; à 10:30."
    assert not faults(right)
    for wrong in (
        "Qui?",
        "Qui ?",
        "«Oui\u00a0»",
        "«\u00a0Oui»",
        "Voici: a",
        "Voici : a",
        "49%",
        "49 %",
        "l'un",
        "“Oui”",
    ):
        assert faults(wrong), wrong


@pytest.mark.parametrize("language", ["en", "fr"])
def test_words_of_another_language_say_so(page: Callable[..., Page], language: str) -> None:
    """Recorded wordings, the other language's terms and its name carry the language they are in."""
    for path in ("/glossary", "/figures/microsoft-investment", "/claims/u10", "/sources/article-fr"):
        found = page(f"/{language}{path}")
        for each in found.all("*"):
            if each.get("class") in ("wording", "other"):
                assert each.get("lang"), f"{found.address}: {found.words(each)!r} does not say its language"
            if each.get("class") == "other":
                assert each.get("lang") != language
        other = found.by_id("other-language")
        assert other.get("lang") == other.get("hreflang") != language


@pytest.mark.parametrize("language", ["en", "fr"])
def test_dates_are_in_words(page: Callable[..., Page], language: str) -> None:
    """No date is shown as the program writes it; only a field that asks for one gives it as an example."""
    for path in PAGES:
        found = page(f"/{language}{path}")
        text = shown(found.all("main")[0], language, language)
        hint = found.words(found.by_id("date-hint")) if found.has_id("date-hint") else ""
        dates = [each for each in re.findall(r"\b20\d\d-\d\d(?:-\d\d)?\b", text) if each not in hint]
        assert not dates, f"{found.address}: {dates[:5]}"
