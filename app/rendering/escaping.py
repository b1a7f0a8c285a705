"""How templates escape what they show: into plain text, once for each value.

MarkupSafe's ``escape`` makes a ``Markup`` of each value, and Jinja then joins all of them and makes a ``Markup`` of the
whole: the first is of no use, and took a quarter of the time of a page (see docs/performance.md). What is shown is the
same, byte for byte, which a test holds for all templates.
"""

from typing import Any

from markupsafe import Markup

# Not public, and the only part of MarkupSafe that gives text: in C, in a third of the time of five replacements.
from markupsafe import _escape_inner as escaped_text  # type: ignore[attr-defined]


def escaped(value: Any) -> str:
    """What ``markupsafe.escape`` gives for a value, as text that nobody is to escape again."""
    kind = type(value)
    if kind is str:
        return escaped_text(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    if kind is int:
        return str(value)
    if hasattr(value, "__html__"):
        return str(value.__html__())
    return escaped_text(str(value))
