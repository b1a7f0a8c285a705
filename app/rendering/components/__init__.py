"""The components, that is every macro of ``templates/macros/``, with their documentation and examples in every state.

Only the style guide and its test use this. A file of macros needs a class here, and a macro an example in it: the test
fails without.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from app.releases.opening import Names
from app.rendering.addresses import Addresses
from app.rendering.components.charts import ChartExamples
from app.rendering.components.evidence import EvidenceExamples
from app.rendering.components.frame import FrameExamples
from app.rendering.components.listing import ListingExamples
from app.rendering.components.mentions import MentionExamples
from app.rendering.components.navigation import NavigationExamples
from app.rendering.components.samples import Samples
from app.rendering.components.ui import UiExamples
from app.rendering.components.weights import WeightExamples
from app.rendering.environment import TEMPLATES, environment

MACROS = TEMPLATES / "macros"
EXAMPLES: Mapping[str, type[Samples]] = {
    "ui": UiExamples,
    "charts": ChartExamples,
    "listing": ListingExamples,
    "evidence": EvidenceExamples,
    "weights": WeightExamples,
    "mentions": MentionExamples,
    "frame": FrameExamples,
    "navigation": NavigationExamples,
}
"""A file of macros → what has its examples, in the order of the style guide."""

_MACRO = re.compile(
    r"(?:\{#\s*(?P<doc>(?:(?!#\}).)*?)\s*#\}\n)?\{% macro (?P<name>\w+)\((?P<parameters>.*?)\)", re.DOTALL
)
_ID = re.compile(r'\bid="([^"]+)"')
_REFERENCE = re.compile(r'\b(id|for|form|aria-labelledby|aria-describedby|href)="(#?)([^"]*)"')


class Component(Struct, frozen=True):
    """A macro: the file it stands in, its name, parameters and documentation as they stand there."""

    file: str
    macro: str
    parameters: str
    documentation: str

    @property
    def name(self) -> str:
        return f"{self.file}.{self.macro}"


class Shown(Struct, frozen=True):
    """A component in one state as it is on a page; ``within`` is the element that it is put into."""

    state: str
    within: str
    markup: Markup


@cache
def list_components() -> tuple[Component, ...]:
    """Every macro, file by file, in the order in which they stand there."""
    return tuple(
        Component(file, found["name"], found["parameters"], " ".join((found["doc"] or "").split()))
        for file in EXAMPLES
        for found in _MACRO.finditer((MACROS / f"{file}.html").read_text("utf-8"))
    )


def show_components(
    names: Names, to: Addresses, day: date, frames: Mapping[str, Any], context: Mapping[str, Any]
) -> tuple[tuple[Component, tuple[Shown, ...]], ...]:
    """Every component with its examples, about the release's first issue and parties.

    ``frames`` has the frames of pages by the name that an example gives, ``context`` what else a page has.
    """
    examples = {
        file: {name: tuple(each) for name, each in kind(names, to, day).all().items()}
        for file, kind in EXAMPLES.items()
    }
    found = []
    for component in list_components():
        shown = []
        for number, example in enumerate(examples[component.file].get(component.macro, ())):
            module = (
                environment(to.language)
                .get_template(f"macros/{component.file}.html")
                .make_module({**context, "frame": frames[example.frame]})
            )
            around = {"caller": example.body.__html__} if example.body else {}
            markup = getattr(module, component.macro)(*example.arguments, **around)
            shown.append(Shown(example.state, example.within, _apart(markup, f"{component.name}.{number}.")))
        found.append((component, tuple(shown)))
    return tuple(found)


def _apart(markup: str, prefix: str) -> Markup:
    """The markup with ids of its own: a macro in several states, or one that the frame has too, would repeat them."""
    own = set(_ID.findall(markup))

    def rename(found: re.Match[str]) -> str:
        attribute, mark, value = found.groups()
        if attribute == "href" and not mark:
            return found[0]
        return f'{attribute}="{mark}{" ".join(prefix + each if each in own else each for each in value.split(" "))}"'

    return Markup(_REFERENCE.sub(rename, markup))  # noqa: S704
