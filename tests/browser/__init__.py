"""Journeys in a real browser, under the production policy, and what the tests see of a page while they walk.

``Reader`` is one browser tab with a person at it; ``View`` is what a filtered list shows at one moment.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Page, Request, Response

PATIENCE = 15_000
"""How long, in milliseconds, a test waits for what must happen; only a failing test ever waits that long."""

CHIPS = ("issue", "party", "status", "kind", "attribution", "source", "impact", "driver", "flag", "from", "to", "q")
"""The parameters for which a chip must be shown, besides ``as_of``."""

TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.effectiveDirective} by ${event.blockedURI} ${event.sample}`));
"""

READ_VIEW = """
() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const value = (id) => document.getElementById(id)?.value ?? null;
  const count = document.getElementById("count");
  const hidden = (form) => all(`${form} input[type=hidden]`).map((each) => [each.name, each.value]);
  const other = document.getElementById("other-language");
  return {
    address: location.pathname + location.search,
    title: document.title,
    whole: document.doctype !== null && all("header.masthead").length === 1 && all("main h1").length === 1
      && all("#results").length <= 1 && document.styleSheets.length > 0,
    ids: all("#results [data-id]").map((each) => each.dataset.id),
    count: count ? Number(count.dataset.count) : null,
    status: count ? count.textContent.trim() : "",
    chips: all("#results [data-chip]").map((each) => [each.dataset.chip, each.dataset.value]),
    chosen: all("#results [data-facet][aria-current]").map((each) => [each.dataset.facet, each.dataset.value]),
    q: value("filter-q"), since: value("filter-from"), until: value("filter-to"), sort: value("filter-sort"),
    carried: hidden("#filter"),
    carried_to_day: hidden("form.as-of"),
    elsewhere: other ? other.getAttribute("href") : null,
    paged: document.querySelector("#results nav.pager") !== null,
    head: all('head link[rel="canonical"], head link[rel="alternate"]')
      .map((each) => [each.hreflang || each.type || each.rel, each.getAttribute("href")]),
  };
}
"""


@dataclass(frozen=True)
class View:
    """What a list shows, with every control that must agree with the address.

    ``whole`` tells a page from a bare part of one; ``carried`` and ``carried_to_day`` are the hidden fields of the
    filter's and of the day's form; ``head`` are the addresses in the page's head, each by its language or kind.
    """

    address: str
    title: str
    whole: bool
    ids: list[str]
    count: int | None
    status: str
    chips: list[list[str]]
    chosen: list[list[str]]
    q: str | None
    since: str | None
    until: str | None
    sort: str | None
    paged: bool
    carried: list[list[str]]
    head: list[list[str]]
    carried_to_day: list[list[str]] = field(compare=False)
    elsewhere: str | None = field(compare=False)

    @property
    def asked(self) -> list[list[str]]:
        """The parameters of the address."""
        return [list(pair) for pair in parse_qsl(urlsplit(self.address).query, keep_blank_values=True)]

    def one(self, parameter: str) -> str:
        """A single parameter of the address; empty where it is not asked."""
        return next((value for name, value in self.asked if name == parameter), "")

    def hold_in_step(self) -> None:
        """Hold every control to what the address asks."""
        where = self.address
        assert self.whole, f"{where}: a fragment is shown as if it were the page"
        with_chip = sorted(pair for pair in self.asked if pair[0] in (*CHIPS, "as_of"))
        assert sorted(self.chips) == with_chip, f"{where}: the chips are {self.chips}"
        facets = sorted(pair for pair in self.asked if pair[0] in CHIPS[:-3])
        assert sorted(self.chosen) == facets, f"{where}: the facet values marked as chosen are {self.chosen}"
        fields = {"q": self.q, "from": self.since, "to": self.until}
        for parameter, shown in fields.items():
            assert shown == self.one(parameter), f"{where}: the field {parameter} shows {shown!r}"
        if sort := self.one("sort"):
            assert self.sort == sort, f"{where}: the order shown is {self.sort}"
        kept = [pair for pair in self.asked if pair[0] not in ("from", "to", "q", "sort", "page")]
        assert self.carried == kept, f"{where}: the form would carry {self.carried}"
        assert self.paged or len(self.ids) == self.count, (
            f"{where}: {self.count} are announced, {len(self.ids)} are shown"
        )
        self.hold_head_in_step()

    def hold_head_in_step(self) -> None:
        """Hold the links in the page's head, which programs and a telephone's share button read, to the address."""
        path, _, query = self.address.partition("?")
        named = dict(self.head)
        assert len(named) == len(self.head), f"{self.address}: the head names something twice: {self.head}"
        other = {"en": "fr", "fr": "en"}[path[1:3]]
        assert named["canonical"] == named[path[1:3]] == self.address, f"{self.address}: the head says {named}"
        assert named[other] == f"/{other}{self.address[3:]}", f"{self.address}: the head says {named}"
        data = urlsplit(named["application/json"])
        assert (data.path, data.query) == (f"{path}.json", query), f"{self.address}: the data is said to be at {data}"

    def hold_frame_in_step(self) -> None:
        """Hold the controls above the list, in the page's head, to what the address asks."""
        where, query = self.address, urlsplit(self.address).query
        assert urlsplit(self.elsewhere or "").query == query, f"{where}: the language link leads to {self.elsewhere}"
        kept = [pair for pair in self.asked if pair[0] not in ("as_of", "page")]
        assert self.carried_to_day == kept, f"{where}: the form for the day would carry {self.carried_to_day}"


@dataclass
class Watch:
    """Everything that went wrong in a context without any test asking; what is not expected fails the test.

    Console errors, uncaught exceptions, violations of the policy, requests to another host, server errors.
    """

    site: str
    problems: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"uncaught: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.site + "/", "data:", "about:", "blob:")):
            self.problems.append(f"a request to elsewhere: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status} for {response.url}")

    def hold(self) -> None:
        found = [each for each in self.problems if not any(words in each for words in self.expected)]
        assert not found, "the browser complained:\n" + "\n".join(found)


class Reader:
    """A person at one tab. ``scripted`` is false where JavaScript is off; then every step loads a page."""

    def __init__(self, tab: Page, watch: Watch, *, scripted: bool) -> None:
        self.tab, self.watch, self.scripted = tab, watch, scripted

    def open(self, path: str, status: int = 200) -> None:
        if status >= 400:
            self.watch.expected.append(f"status of {status}")
        response = self.tab.goto(path)
        assert response is not None
        assert response.status == status, f"{path}: expected {status}, got {response.status}"

    def another_tab(self) -> "Reader":
        """A second tab of the same browser, which shares what this one has in its cache."""
        return Reader(self.tab.context.new_page(), self.watch, scripted=self.scripted)

    def find(self, selector: str) -> Locator:
        return self.tab.locator(selector)

    def facet(self, parameter: str, value: str) -> Locator:
        return self.find(f'#results [data-facet="{parameter}"][data-value="{value}"]')

    def chip(self, parameter: str) -> Locator:
        return self.find(f'#results [data-chip="{parameter}"]')

    def counts(self, parameter: str) -> dict[str, int]:
        """A facet's values with their counts, as shown."""
        read = "(links) => links.map((each) => [each.dataset.value, Number(each.dataset.count)])"
        pairs: list[tuple[str, int]] = self.find(f'#results [data-facet="{parameter}"]').evaluate_all(read)
        return dict(pairs)

    def narrowing(self, parameter: str) -> tuple[str, int]:
        """The facet's value that leaves most, of those that leave out some and fit on a page of thirty."""
        total = self.view().count or 0
        fitting = {value: count for value, count in self.counts(parameter).items() if 0 < count < min(total, 31)}
        assert fitting, f"{self.view().address}: no value of {parameter} narrows the list"
        value = max(fitting, key=lambda each: (fitting[each], each))
        return value, fitting[value]

    def view(self) -> View:
        found: dict[str, Any] = self.tab.evaluate(READ_VIEW)
        return View(**found)

    def address_of(self, link: Locator) -> str:
        href = link.get_attribute("href")
        assert href
        return href

    def follow(self, link: Locator) -> View:
        """Click a link and wait until its address is shown, in step."""
        address = self.address_of(link)
        link.click()
        return self.arrives(address)

    def back(self, address: str) -> View:
        self.tab.go_back()
        return self.arrives(address)

    def forward(self, address: str) -> View:
        self.tab.go_forward()
        return self.arrives(address)

    def arrives(self, address: str) -> View:
        """Wait until the tab shows the list at an address, and hold every control to it."""
        self.tab.wait_for_url(lambda url: url.removeprefix(self.watch.site) == address, timeout=PATIENCE)
        if self.scripted:
            wanted = sorted(list(pair) for pair in parse_qsl(urlsplit(address).query))
            wanted = [pair for pair in wanted if pair[0] in (*CHIPS, "as_of")]
            try:
                self.tab.wait_for_function(
                    """([path, wanted]) => {
                      const chips = [...document.querySelectorAll("#results [data-chip]")]
                        .map((each) => [each.dataset.chip, each.dataset.value]).sort();
                      const busy = document.querySelector(".htmx-request") !== null;
                      return !busy && document.readyState === "complete"
                        && location.pathname + location.search === path
                        && JSON.stringify(chips) === JSON.stringify(wanted.sort());
                    }""",
                    arg=[address, wanted],
                    # By the clock: a tab opened in the background may have no frames to be asked at.
                    polling=50,
                    timeout=PATIENCE,
                )
            except Error:
                self.view().hold_in_step()
                raise
        view = self.view()
        view.hold_in_step()
        return view

    def still(self) -> None:
        """Wait until the browser has painted twice, so that whatever moves has moved."""
        self.tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def mark(self) -> None:
        """Mark the loaded page; ``marked`` says later whether it is still the same one."""
        self.tab.evaluate("() => { window.marked = true; window.announcer = document.getElementById('count'); }")

    @property
    def marked(self) -> bool:
        return bool(self.tab.evaluate("() => window.marked === true"))

    @property
    def same_announcer(self) -> bool:
        """Whether the count is still the very element that it was when the page was marked."""
        return bool(self.tab.evaluate("() => window.announcer === document.getElementById('count')"))
