"""The files that pages load: names that change with the content, kept for good, and never missing."""

import re
from collections.abc import Callable
from posixpath import dirname, join, normpath

import pytest
from starlette.testclient import TestClient

from app.rendering.static_files import BUNDLES, STATIC, find_static, static_address, static_addresses, static_file
from tests.page import Page

FOR_GOOD = "public, max-age=31536000, immutable"


def loaded(page: Page) -> set[str]:
    """Every file that a page loads."""
    files = {each.get("src") or "" for each in page.all("script")}
    files |= {each.get("href") or "" for rel in ("stylesheet", "icon", "preload") for each in page.all("link", rel=rel)}
    return files


@pytest.mark.parametrize("path", ["/en/", "/fr/scenarios", "/en/search", "/en/issues/ownership/briefing"])
def test_what_a_page_loads_is_kept_for_good(page: Callable[..., Page], client: TestClient, path: str) -> None:
    """Each file, and each that a stylesheet loads, stands at an address that is its content's, and only its."""
    waiting = loaded(page(path))
    seen: set[str] = set()
    while waiting - seen:
        address = (waiting - seen).pop()
        seen.add(address)
        assert re.search(r"\.[0-9a-f]{12}\.[a-z0-9]+$", address), address
        answer = client.get(address)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, FOR_GOOD), address
        if address.endswith(".css"):
            waiting |= {normpath(join(dirname(address), each)) for each in re.findall(r'url\("([^"]+)"\)', answer.text)}
    assert sum(each.endswith(".woff2") for each in seen) == 3


def test_the_name_is_the_contents() -> None:
    """A digest stands for the bytes that are sent, so a font that changes changes the stylesheet's name too."""
    assert len(static_addresses()) == sum(path.is_file() for path in STATIC.rglob("*")) + len(BUNDLES)
    fonts = static_file("css/fonts.css")
    for path in (STATIC / "fonts").glob("*.woff2"):
        assert static_address(f"fonts/{path.name}").encode().rpartition(b"/")[2] in fonts.body


@pytest.mark.parametrize(
    "address",
    ["/static/css/site.css", "/static/css/site.css?v=0123456789ab", "/static/css/site.0123456789ab.css",
     "/static/vendor/htmx@4.0.1/htmx.min.js", "/static/fonts/faultlines-sans.0123456789ab.woff2"],
)  # fmt: skip
def test_other_names_give_the_file_of_today(client: TestClient, address: str) -> None:
    """An older page's address, or another version's, is answered with what there is now, and never kept for good."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    plain = re.sub(r"\.0123456789ab|\?.*", "", address).removeprefix("/static/")
    assert answer.content == static_file(plain).body
    assert client.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert client.head(address).headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize("path", ["../app/main.py", "css", "", "css/../../app/main.py", "nothing.css", "/etc/passwd"])
def test_nothing_else_is_there(client: TestClient, path: str) -> None:
    """Only files below the folder can be asked for."""
    assert find_static(path) is None
    assert client.get(f"/static/{path}").status_code == 404


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("css/site.css", "text/css; charset=utf-8"), ("js/focus.js", "text/javascript; charset=utf-8"),
     ("img/icon.svg", "image/svg+xml"), ("fonts/faultlines-sans.woff2", "font/woff2")],
)  # fmt: skip
def test_a_file_says_what_it_is(client: TestClient, path: str, media_type: str) -> None:
    """Types are the same on every machine; browsers are told not to guess."""
    assert client.get(static_address(path)).headers["content-type"] == media_type


@pytest.mark.parametrize("path", ["/en/", "/fr/claims", "/en/claims/u10", "/en/issues/ownership"])
def test_a_first_visit_is_few_requests(page: Callable[..., Page], path: str) -> None:
    """At most six requests without fonts: the page, its styles and scripts, and the icon."""
    without_fonts = {each for each in loaded(page(path)) if not each.endswith(".woff2")}
    assert 1 + len(without_fonts) <= 6, sorted(without_fonts)


def test_a_bundle_is_its_parts() -> None:
    """What was a file of its own before is in the bundle, whole and in order, and every bundle is loaded."""
    for bundle, parts in BUNDLES.items():
        assert static_file(bundle).body == b"\n".join(static_file(part).body for part in parts)
