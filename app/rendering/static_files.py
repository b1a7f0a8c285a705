"""The files that pages load, under names that change when their content does, so that browsers keep them for good."""

import hashlib
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from posixpath import join, normpath

from msgspec import Struct

from app.settings import PROJECT

STATIC = PROJECT / "static"

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
"""By ending; all else is a note or a licence. The system's own table differs from machine to machine."""

BUNDLES = {
    "css/main.css": ("css/fonts.css", "css/tokens.css", "css/site.css", "css/charts.css"),
    "js/main.js": ("js/details.js", "js/charts.js", "js/search.js"),
    "js/lists.js": ("js/boost.js", "vendor/htmx@4.0.1/htmx.min.js", "js/focus.js", "js/head.js", "js/menus.js"),
}
"""What every page loads, and what those with results load besides, sent as one file of each kind: a request costs a
reader far away more than its bytes.
"""

_URL = re.compile(r'url\("(?![a-z]+:|/)([^"?#]+)"\)')
"""A file that a stylesheet loads, by its path from there."""
_SPARED = re.compile(r"/\*.*?\*/|(?<=\n)\s+", re.DOTALL)
"""What is written in a stylesheet for its authors alone: comments, indents, empty lines."""
_HASHED = re.compile(r"(.+)\.([0-9a-f]{12})(\.[a-z0-9]+)")


class StaticFile(Struct, frozen=True):
    """A file as it is sent, with a digest of that."""

    body: bytes
    media_type: str
    digest: str


@cache
def static_file(path: str) -> StaticFile:
    """A file below ``static/``, or a bundle of some, which lie in its folder.

    A stylesheet loads its fonts by their lasting names, and is sent without comments: they are an eighth of its weight.
    """
    suffix = PurePosixPath(path).suffix
    if path in BUNDLES:
        body = b"\n".join(static_file(each).body for each in BUNDLES[path])
    else:
        body = (STATIC / path).read_bytes()
    if suffix == ".css" and path not in BUNDLES:
        text = _SPARED.sub("", _SPARED.sub("", body.decode()))
        body = _URL.sub(lambda found: _lasting_url(path, found[1]), text).encode()
    return StaticFile(body, MEDIA_TYPES.get(suffix, "text/plain; charset=utf-8"), hashlib.sha256(body).hexdigest()[:12])


def _lasting_url(stylesheet: str, target: str) -> str:
    folder = PurePosixPath(stylesheet).parent.as_posix()
    lasting = PurePosixPath(static_address(normpath(join(folder, target))))
    return f'url("{target.rpartition("/")[0] or "."}/{lasting.name}")'


@cache
def static_address(path: str) -> str:
    """The address of a static file below the application's root, with a digest of its content in its name."""
    whole = PurePosixPath(path)
    return f"/static/{whole.with_suffix('')}.{static_file(path).digest}{whole.suffix}"


@cache
def static_addresses() -> Mapping[str, str]:
    """All files by their lasting address."""
    paths = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    return {static_address(path): path for path in sorted(paths | {*BUNDLES})}


def find_static(asked: str) -> tuple[StaticFile, bool] | None:
    """The file asked for by a path below ``/static/``, and whether that path will always mean these very bytes.

    A name without a digest, or with another version's, is given what there is now: a page that was kept by somebody, or
    made by a server of the version before, loads the styles of today rather than none.
    """
    known = static_addresses()
    lasting = known.get(f"/static/{asked}")
    if lasting is not None:
        return static_file(lasting), True
    hashed = _HASHED.fullmatch(asked)
    for path in (asked, hashed[1] + hashed[3] if hashed else asked):
        if path in known.values():
            return static_file(path), False
    return None


@cache
def program_digest() -> str:
    """A digest of everything that shapes a page besides the release: code, templates, words, styles."""
    digest = hashlib.sha256()
    for top in ("app", "templates", "static"):
        for folder, inner, names in os.walk(PROJECT / top):
            inner[:] = sorted(each for each in inner if each != "__pycache__")
            digest.update(os.path.relpath(folder, PROJECT).encode())
            for name in sorted(names):
                digest.update(name.encode())
                digest.update(Path(folder, name).read_bytes())
    return digest.hexdigest()[:12]
