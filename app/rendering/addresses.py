"""Every address that a page shows is made here, so that prefix, language and day of the view are never forgotten.

Addresses are paths without a host: they work behind any proxy, under any prefix.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from app.filters import Filter
from app.releases.files import ID_PATTERN
from app.vocabulary import Listing

_FROZEN = re.compile(rf"/r/({ID_PATTERN})(?=/|$)")
"""How the address of a frozen page begins."""


def root_of(scope: Mapping[str, Any]) -> str:
    """The prefix that a proxy strips; a mounted application, such as the static files, adds its own to it."""
    root: str = scope.get("app_root_path", scope.get("root_path", ""))
    return root


def frozen_of(scope: Mapping[str, Any]) -> str | None:
    """The release that the address names, where it is that of a frozen page."""
    path: str = scope["path"]
    found = _FROZEN.match(path.removeprefix(root_of(scope)))
    return found[1] if found else None


def base_of(scope: Mapping[str, Any]) -> str:
    """What comes before the language: the proxy's prefix, and the release where the address names one."""
    frozen = frozen_of(scope)
    return f"{root_of(scope)}/r/{frozen}" if frozen else root_of(scope)


def path_of(scope: Mapping[str, Any]) -> str:
    """The path asked for without prefix and release, encoded again as an address needs it."""
    path: str = scope["path"]
    return quote(path.removeprefix(base_of(scope)), errors="surrogateescape")


class Addresses(Struct, frozen=True, dict=True):
    """Makes addresses for one reader.

    ``root`` is the proxy's prefix, ``as_of`` the day chosen, if any, and ``frozen`` the release whose frozen pages are
    read, if the reader is among those: links then stay within that release.
    """

    root: str
    language: str
    as_of: date | None = None
    frozen: str | None = None

    @property
    def base(self) -> str:
        """What comes before the language: the proxy's prefix, and the release where it is named."""
        return f"{self.root}/r/{self.frozen}" if self.frozen else self.root

    @cached_property
    def _kept(self) -> str:
        """The query string of an address that keeps the day of the view and nothing else."""
        return Filter(as_of=self.as_of).query()

    def page(self, path: str, chosen: Filter | None = None, anchor: str = "") -> str:
        """The address of a page, such as ``/claims``, keeping the day of the view."""
        query = self._kept if chosen is None else chosen.query()
        return f"{self.base}/{self.language}{path}{query}" + (f"#{anchor}" if anchor else "")

    def live(self) -> "Addresses":
        """Addresses of the current release, whichever that is, as of today."""
        return replace(self, frozen=None, as_of=None)

    def within(self, release: str) -> "Addresses":
        """Addresses of the frozen pages of a release, as of the last day it speaks of."""
        return replace(self, frozen=release, as_of=None)

    @property
    def file(self) -> str:
        """The address of the release's file."""
        return f"{self.base}/data.sqlite"

    def lasting(self, release: str, path: str, chosen: Filter, day: date) -> str:
        """The address at which this very view stays as it is: of that release, as of that day."""
        return replace(self, frozen=release).page(path, chosen.at_day(day))

    def with_values(self, path: str, anchor: str = "", **values: str | tuple[str, ...]) -> str:
        """The address of a list filtered by values: ``with_values("/claims", status=("disputed", "forecast"))``."""
        given = {name: (value,) if isinstance(value, str) else value for name, value in values.items()}
        chosen = Filter(as_of=self.as_of, **given)  # type: ignore[arg-type]
        return self.page(path, chosen, anchor)

    def in_language(self, language: str, path: str, query: str) -> str:
        return f"{self.base}/{language}{path}{query}"

    def claim(self, identifier: str) -> str:
        return self.page(f"/claims/{quote(identifier)}")

    def issue(self, identifier: str, anchor: str = "") -> str:
        return self.page(f"/issues/{quote(identifier)}", anchor=anchor)

    def briefing(self, identifier: str) -> str:
        return self.page(f"/issues/{quote(identifier)}/briefing")

    def party(self, identifier: str) -> str:
        return self.page(f"/parties/{quote(identifier)}")

    def source(self, identifier: str, anchor: str = "") -> str:
        return self.page(f"/sources/{quote(identifier)}", anchor=anchor)

    def figure(self, identifier: str) -> str:
        return self.page(f"/figures/{quote(identifier)}")

    def scenario(self, identifier: str, anchor: str = "") -> str:
        return self.page(f"/scenarios/{quote(identifier)}", anchor=anchor)

    def area(self, identifier: str, anchor: str = "") -> str:
        return self.page(f"/impacts/{quote(identifier)}", anchor=anchor)

    def cell(self, identifier: str, chosen: Filter | None = None) -> str:
        """The address of a cell of the scenario panel: unfolded, and in view."""
        opened = (chosen or Filter(as_of=self.as_of)).opening(identifier)
        return self.page("/scenarios", opened, f"impact-{quote(identifier)}")

    def development(self, identifier: str) -> str:
        return self.page("/timeline", anchor=f"development-{identifier}")

    def term(self, identifier: str) -> str:
        return self.page("/glossary", anchor=f"term-{identifier}")

    def entry(self, kind: Listing, identifier: str) -> str:
        """The address of an entry of any list."""
        match kind:
            case Listing.CLAIMS:
                return self.claim(identifier)
            case Listing.DEVELOPMENTS:
                return self.development(identifier)
            case Listing.FIGURES:
                return self.figure(identifier)
            case Listing.SOURCES:
                return self.source(identifier)
            case Listing.GLOSSARY:
                return self.term(identifier)

    def use(self, kind: str, identifier: str) -> str:
        """The address of something that rests on a claim; see ``app.queries.claims.Use``."""
        match kind:
            case "development":
                return self.development(identifier)
            case "figure":
                return self.figure(identifier)
            case "position":
                return self.issue(identifier, "ledger")
            case "term":
                return self.term(identifier)
            case "consistency":
                return self.page("/scenarios/evidence", anchor=f"evidence-{identifier}")
            case _:
                return self.cell(identifier)
