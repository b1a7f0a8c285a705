"""Addresses of static files that change when their content does, so that a browser may keep them for good."""

import hashlib
from functools import cache

from app.settings import PROJECT

STATIC = PROJECT / "static"


@cache
def static_address(path: str) -> str:
    """The address of a static file below the application's root, with a digest of its content."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


@cache
def program_digest() -> str:
    """A digest of everything that shapes a page besides the release: code, templates, words, styles."""
    digest = hashlib.sha256()
    for folder in ("app", "templates", "static"):
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(PROJECT).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
