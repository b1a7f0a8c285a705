"""A page as the tests see it: parsed strictly, and held to what must be true of every page."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from starlette.testclient import TestClient

PARTIAL = {"HX_Request": "true", "HX_Request_Type": "partial", "HX_Target": "div#results"}
"""How htmx asks for the results alone, as names of arguments."""
FRAGMENT = {name.replace("_", "-"): value for name, value in PARTIAL.items()}
"""The same as headers."""
EMPTY = {"meta", "link", "script", "br", "hr", "img", "input"}


def data(client: TestClient, address: str, status: int = 200) -> dict[str, Any]:
    """What an address answers a program, as what it says it is."""
    response = client.get(address)
    assert response.status_code == status, address
    kind = "application/json; charset=utf-8" if status == 200 else "application/problem+json"
    assert response.headers["content-type"] == kind
    found: dict[str, Any] = response.json()
    return found


@dataclass(frozen=True)
class Page:
    """``root`` is the parsed document, without namespaces."""

    address: str
    status: int
    headers: Any
    text: str
    root: Element

    @classmethod
    def fetch(cls, client: TestClient, address: str, status: int, headers: dict[str, str]) -> "Page":
        response = client.get(address, headers=headers)
        assert response.status_code == status, f"{address}: expected {status}, got {response.status_code}"
        assert response.headers["content-type"] == "text/html; charset=utf-8", address
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        fragment = not response.text.lstrip().startswith("<!doctype html>")
        # A fragment is a document without its first lines: it brings a head along.
        root = parser.parse(response.text)
        faults = [
            error for error in parser.errors if not (fragment and error[1] == "expected-doctype-but-got-start-tag")
        ]
        assert not faults, f"{address}: not well-formed HTML: {faults[:3]}"
        found = cls(address, status, response.headers, response.text, root)
        found.hold_invariants(whole=not fragment)
        return found

    def hold_names(self) -> None:
        """A page or fragment names its one canonical address, which is also that of its language, and itself in both
        languages.
        """
        canonical = [each.get("href") for each in self.all("link", rel="canonical")]
        twins = {each.get("hreflang"): each.get("href") or "" for each in self.all("link", rel="alternate")}
        assert canonical == [twins.get(self.headers["content-language"])], (
            f"{self.address}: canonical and hreflang differ"
        )
        (english, french) = (twins[each].replace(f"/{each}/", "/xx/", 1) for each in ("en", "fr"))
        assert english == french, f"{self.address}: the other language is another page: {twins}"

    def hold_invariants(self, *, whole: bool) -> None:
        """What is true of every page; each message says how to mend what is not."""
        where = self.address
        if self.status == 200:
            self.hold_names()
        ids = [each.get("id") for each in self.root.iter() if each.get("id") is not None]
        doubles = {each for each in ids if ids.count(each) > 1}
        assert not doubles, f"{where}: ids must be unique, these stand twice: {sorted(doubles)}"
        for each in self.root.iter():
            assert each.get("style") is None, f"{where}: an inline style would be blocked by the policy"
            handlers = [name for name in each.attrib if name.startswith("on")]
            assert not handlers, f"{where}: inline handlers {handlers} would be blocked by the policy"
            for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
                for target in (each.get(attribute) or "").split():
                    assert target in ids, f"{where}: {attribute} names {target!r}, which is not on the page"
            if each.tag == "a":
                assert each.get("href"), f"{where}: a link leads nowhere: {self.words(each)!r}"
                assert self.words(each) or each.get("aria-label"), (
                    f"{where}: the link to {each.get('href')} has no name"
                )
            if each.tag == "th":
                assert each.get("scope") in ("col", "row"), f"{where}: a table head needs a scope"
        assert "None" not in self.words(self.root).split(), f"{where}: a missing value was printed as None"
        if whole:
            self._hold_whole(where, ids)

    def _hold_whole(self, where: str, ids: list[str | None]) -> None:
        html = self.root
        assert html.get("lang") == self.headers["content-language"], f"{where}: lang and Content-Language differ"
        assert len(self.all("h1")) == 1, f"{where}: a page has exactly one h1"
        assert len(self.all("main")) == 1, f"{where}: a page has exactly one main"
        titles = self.all("title")
        assert len(titles) == 1, f"{where}: a page has exactly one title"
        assert len(self.words(titles[0])) > len(" · Faultlines"), f"{where}: a page has a title of its own"
        assert self.all("a")[0].get("href") == "#main", f"{where}: the first link skips to the content"
        assert "main" in ids, f"{where}: the skip link needs its target"
        assert any(each.get("name") == "viewport" for each in self.all("meta")), f"{where}: no viewport"
        assert "Set-Cookie" not in self.headers, f"{where}: the site sets no cookie"
        for each in (*self.all("script"), *self.all("link")):
            address = each.get("src") or (each.get("href") if each.get("rel") != "canonical" else None) or ""
            assert not urlsplit(address).netloc, f"{where}: {address} is loaded from elsewhere"

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements by tag and exact attributes (``data_id`` means ``data-id``)."""
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        found = [each for each in self.root.iter() if tag in ("*", each.tag)]
        return [each for each in found if all(each.get(name) == value for name, value in wanted.items())]

    def by_id(self, identifier: str) -> Element:
        return next(each for each in self.root.iter() if each.get("id") == identifier)

    def has_id(self, identifier: str) -> bool:
        return any(each.get("id") == identifier for each in self.root.iter())

    def words(self, element: Element) -> str:
        return " ".join("".join(element.itertext()).split())

    @property
    def main(self) -> str:
        """The words of the page's main part."""
        return self.words(self.all("main")[0])

    @property
    def ids(self) -> list[str]:
        """The ids of the entries listed: those among the results, where the page has such."""
        within = self.by_id("results") if self.has_id("results") else self.root
        return [value for each in within.iter() if (value := each.get("data-id")) is not None]

    @property
    def count(self) -> int:
        """The announced count."""
        return int(self.by_id("count").get("data-count") or "")

    def facet(self, parameter: str) -> dict[str, tuple[int, str]]:
        """A facet's values: value → (count, address)."""
        found = self.all("a", data_facet=parameter)
        return {
            each.get("data-value") or "": (int(each.get("data-count") or ""), each.get("href") or "") for each in found
        }

    def menu(self, parameter: str) -> dict[str, str]:
        """The values of a facet that are in its menu and no links: value → words."""
        if not self.has_id(f"more-{parameter}"):
            return {}
        options = [each for each in self.by_id(f"more-{parameter}").iter() if each.get("value")]
        return {each.get("value") or "": self.words(each) for each in options}

    def links(self) -> list[str]:
        """Every address on the page, made absolute on the site."""
        return [urljoin(self.address, each.get("href") or "") for each in self.all("a")]
