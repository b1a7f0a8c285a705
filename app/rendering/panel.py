"""Presents the choices of the scenario panel as links. Pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.filters import Filter
from app.rendering.addresses import Addresses


@dataclass(frozen=True)
class Choice:
    """Something to show or hide: ``href`` switches it over."""

    parameter: str
    value: str
    name: str
    chosen: bool
    href: str


def present_choices(
    parameter: str, things: Iterable[tuple[str, str]], chosen: Filter, to: Addresses
) -> tuple[Choice, ...]:
    """One choice for each (id, name)."""
    selected = chosen.values(parameter)
    return tuple(
        Choice(parameter, value, name, value in selected, to.page("/scenarios", chosen.toggled(parameter, value)))
        for value, name in things
    )
