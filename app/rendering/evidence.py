"""Presents the evidence against the scenarios: the switches, and what a linchpin holds in place."""

from msgspec import Struct

from app.filters import Filter
from app.queries.scenario_evidence import EvidenceTable, RatedLine
from app.rendering.addresses import Addresses
from app.rendering.labels import LABELS

PATH = "/scenarios/evidence"


class Switch(Struct, frozen=True):
    """Leaves out, or takes in again, all that one attribution stands behind; ``count`` claims of it could count."""

    attribution: str
    count: int
    off: bool
    href: str


class Shift(Struct, frozen=True):
    """A scenario's rank as it is, and as it would be."""

    scenario: str
    rank: int
    other: int


class LinchpinView(Struct, frozen=True):
    """A claim whose removal moves these scenarios; ``href`` leads to the page without it."""

    line: RatedLine
    shifts: tuple[Shift, ...]
    href: str


def present_switches(table: EvidenceTable, chosen: Filter, to: Addresses) -> tuple[Switch, ...]:
    """One switch for each attribution that a claim which could count has, or that is switched off."""
    counts = {
        each: sum(line.holds and line.attribution == each for line in table.lines) for each in LABELS["attribution"]
    }
    switched = chosen.values("without")
    return tuple(
        Switch(each, count, f"attribution:{each}" in switched, switch_address(f"attribution:{each}", chosen, to))
        for each, count in counts.items()
        if count or f"attribution:{each}" in switched
    )


def switch_address(switch: str, chosen: Filter, to: Addresses) -> str:
    return to.page(PATH, chosen.toggled("without", switch))


def present_linchpins(table: EvidenceTable, chosen: Filter, to: Addresses) -> tuple[LinchpinView, ...]:
    """The linchpins with what each holds in place, in the order of the claims."""
    lines = {line.claim.id: line for line in table.lines}
    now = {each.hypothesis: each.rank for each in table.ranking}
    return tuple(
        LinchpinView(
            line=lines[pin.key],
            shifts=tuple(
                Shift(each.hypothesis, now[each.hypothesis], each.rank)
                for each in pin.ranking
                if each.rank != now[each.hypothesis]
            ),
            href=switch_address(f"claim:{pin.key}", chosen, to),
        )
        for pin in table.linchpins
    )
