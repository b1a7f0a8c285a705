"""A dossier written by somebody who means harm, in a real browser: every word of it is text, and nothing of it runs."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus
from urllib.request import urlopen
from zipfile import ZipFile

import pytest
import yaml
from playwright.sync_api import Browser, Page

from app.settings import PROJECT
from scripts.page_kinds import LANGUAGES, PAGES, STATUS
from scripts.serving import served
from tests.browser.conftest import OpenReader

MARK = "<script>window.ran=1</script>"
HARM = (
    f" {MARK}<img src=x onerror=window.ran=2><svg onload=window.ran=3></svg>"
    '<a href="javascript:window.ran=4">x</a>" onfocus="window.ran=5" autofocus=\' -->]]>{{ 7*7 }} שלום'
)
"""Added to each text of the record: what would run if it were taken for markup, an attribute or a template, and a word
that is read from right to left.
"""

READ = """
() => {
  const within = document.querySelector("main") ?? document.documentElement;
  const words = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
  const loose = [];
  while (words.nextNode()) {
    const holder = words.currentNode.parentElement;
    if (/[\\u0590-\\u05ff]/.test(words.currentNode.data) && holder.checkVisibility() && !holder.closest("svg")
        && !/isolate|plaintext/.test(getComputedStyle(holder).unicodeBidi)) loose.push(holder.outerHTML.slice(0, 200));
  }
  const grown = '[onerror], [onload], [onfocus], [autofocus], [href^="javascript:" i], script:not([src]), img[src="x"]';
  return {
    ran: window.ran ?? null,
    grown: [...document.querySelectorAll(grown)].map((each) => each.outerHTML.slice(0, 200)),
    shown: within.textContent.split("<script>window.ran=1</script>").length - 1,
    loose,
  };
}
"""


def spoil(value: Any) -> Any:
    """The same data with harm in each text that is written in both languages, and in each publisher's name."""
    match value:
        case {"en": str(), "fr": str(), **others} if not others:
            return {language: text + HARM for language, text in value.items()}
        case {"publisher": str() as name}:
            return {**{key: spoil(each) for key, each in value.items()}, "publisher": f"{name} {MARK}"}
        case dict():
            return {key: spoil(each) for key, each in value.items()}
        case list():
            return [spoil(each) for each in value]
    return value


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site that shows the shipped record, spoiled from end to end."""
    folder = tmp_path_factory.mktemp("hostile") / "dossier"
    shutil.copytree(PROJECT / "dossier", folder)
    spoiled = 0
    for path in folder.rglob("*.yaml"):
        data = yaml.safe_load(path.read_text("utf-8"))
        if data is not None:
            text = yaml.safe_dump(spoil(data), allow_unicode=True, sort_keys=False)
            path.write_text(text, "utf-8")
            spoiled += text.count("window.ran=5")
    assert spoiled > 2000, "every text was spoiled"
    with served(folder) as address:
        yield address


def look(tab: Page, where: str) -> int:
    """Hold that nothing ran, became markup or turned the words around it; how often the text is shown as such."""
    found = tab.evaluate(READ)
    assert found["ran"] is None, f"{where}: a script of the record ran ({found['ran']})"
    assert not found["grown"], f"{where}: text became markup: {found['grown'][:3]}"
    assert not found["loose"], f"{where}: a word that runs the other way could turn its line: {found['loose'][:3]}"
    shown: int = found["shown"]
    return shown


WITHOUT_RECORD = {"400", "404", "claims, none found", "search, none found", "mentions", "about", "changes",
                  "accessibility", "data and its addresses"}  # fmt: skip
"""Kinds of page that show none of the record's texts, or only where there is something to tell."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_page_shows_it_as_text(open_reader: OpenReader, language: str) -> None:
    """With scripts on, each kind of page shows the letters; the browser complains of nothing, so the policy had
    nothing to stop.
    """
    reader = open_reader()
    asked: list[str] = []
    reader.tab.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    silent = set()
    for kind, path in PAGES.items():
        reader.open(f"/{language}{path}", STATUS.get(kind, 200))
        # What would run on focus or on the way is given the chance to.
        reader.tab.keyboard.press("Tab")
        if not look(reader.tab, kind):
            silent.add(kind)
    assert not asked, f"a dialog was shown: {asked}"
    assert silent <= WITHOUT_RECORD, f"these were expected to show the record's texts: {silent - WITHOUT_RECORD}"


def test_drawings_and_packs_hold_it_as_text(site: str, browser: Browser, tmp_path: Path) -> None:
    """A drawing opened by itself, and the page of an evidence pack, which a reader opens without our policy."""
    with urlopen(f"{site}/en/claims.zip?issue=ownership") as answer, ZipFile(io.BytesIO(answer.read())) as pack:
        (tmp_path / "index.html").write_bytes(pack.read("index.html"))
    context = browser.new_context()
    tab = context.new_page()
    for address in (
        f"{site}/en/charts/timeline.svg",
        f"{site}/fr/charts/scenarios.svg",
        f"file://{tmp_path}/index.html",
    ):
        tab.goto(address)
        found = tab.evaluate(READ)
        assert found["ran"] is None, address
        assert not found["grown"], (address, found["grown"][:3])
        if address.endswith(".html"):
            assert found["shown"] > 20
    context.close()


@pytest.mark.parametrize("typed", ["<script>window.ran=1</script>", "a\u202eb", "javascript:window.ran=1", "\u2067x"])
def test_what_a_reader_types_is_text(open_reader: OpenReader, typed: str) -> None:
    """The same typed into the search; signs that would turn the direction of the page are left out of the words."""
    reader = open_reader()
    reader.open("/en/search")
    reader.find("#search-words").fill(typed)
    with reader.tab.expect_navigation():
        reader.find("#search-words").press("Enter")
    look(reader.tab, typed)
    main = reader.find("main").inner_text()
    assert not {"\u202e", "\u2067"} & set(main + unquote_plus(reader.tab.url))
