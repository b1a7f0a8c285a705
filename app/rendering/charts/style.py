"""The style of a drawing that stands alone: the rules of the site's drawings with their colours written out.

Programs that open an SVG know no custom properties, so each is replaced by its value: the light theme's first, and the
dark theme's for viewers that ask for it.
"""

import re
from functools import cache

from app.rendering.static_files import STATIC

_PROPERTY = re.compile(r"(--[\w-]+)\s*:\s*([^;]+);")
_USE = re.compile(r"var\((--[\w-]+)\)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DARK = "prefers-color-scheme: dark"


@cache
def standalone_style() -> str:
    """The rules of ``charts.css`` that begin with ``.drawing``, one a line, for both themes."""
    tokens = _COMMENT.sub("", (STATIC / "css" / "tokens.css").read_text("utf-8"))
    light, _, dark = tokens.partition(DARK)
    in_light = dict(_PROPERTY.findall(light))
    in_dark = {**in_light, **dict(_PROPERTY.findall(dark))}
    lines = (STATIC / "css" / "charts.css").read_text("utf-8").splitlines()
    rules = "\n".join(line for line in lines if line.startswith(".drawing"))
    return f"{_fill(rules, in_light)}\n@media ({DARK}) {{\n{_fill(rules, in_dark)}\n}}"


def _fill(rules: str, values: dict[str, str]) -> str:
    while _USE.search(rules):
        rules = _USE.sub(lambda use: values[use[1]].strip(), rules)
    return rules
