"""Presents the evidence against the scenarios: the switches, what a linchpin holds in place, and all of it as data."""

from dataclasses import dataclass

from app.filters import Filter
from app.models import FOREVER
from app.queries.scenario_evidence import EvidenceTable, RatedLine
from app.rendering.addresses import Addresses
from app.rendering.data import Data, filter_data
from app.rendering.labels import LABELS
from app.scenarios.competing_hypotheses import CREDIBILITY_POINTS, MOST_POINTS, RELIABILITY_POINTS, Ranking

PATH = "/scenarios/evidence"


@dataclass(frozen=True)
class Switch:
    """Leaves out, or takes in again, all that one attribution stands behind; ``count`` claims of it could count."""

    attribution: str
    count: int
    off: bool
    href: str


@dataclass(frozen=True)
class Shift:
    """A scenario's rank as it is, and as it would be."""

    scenario: str
    rank: int
    other: int


@dataclass(frozen=True)
class LinchpinView:
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


def evidence_data(table: EvidenceTable, chosen: Filter, to: Addresses) -> Data:
    """Everything that the page shows, with all that is needed to work out each number again."""
    return {
        "filter": filter_data(chosen),
        "without": list(chosen.values("without")),
        "scale": {"reliability": RELIABILITY_POINTS, "credibility": CREDIBILITY_POINTS, "over": MOST_POINTS},
        "ranking": ranking_data(table.ranking, to),
        "claims": [line_data(line, to) for line in table.lines],
        "linchpins": [{"claim": pin.key, "ranking": ranking_data(pin.ranking, to)} for pin in table.linchpins],
        "history": [
            {"day": step.day.isoformat(), "claims": step.items, "ranking": ranking_data(step.ranking, to)}
            for step in table.history
        ],
    }


def ranking_data(ranking: Ranking, to: Addresses) -> list[Data]:
    return [
        {
            "scenario": each.hypothesis,
            "url": to.scenario(each.hypothesis),
            "rank": each.rank,
            "score": str(each.score),
            "against": each.against,
        }
        for each in ranking
    ]


def line_data(line: RatedLine, to: Addresses) -> Data:
    return {
        "id": line.claim.id,
        "url": to.claim(line.claim.id),
        "text": line.claim.text,
        "status": line.claim.status,
        "attribution": line.attribution,
        "reliability": line.grade.reliability,
        "credibility": line.grade.credibility,
        "weight": str(line.grade.weight),
        "discriminates": line.discriminates,
        "counts": line.counts,
        "without": list(line.without),
        "ratings": [{"scenario": cell.scenario, "value": cell.value, "reason": cell.reason} for cell in line.cells],
        "counted": [
            {
                "since": spell.since.isoformat(),
                "until": None if spell.until == FOREVER else spell.until.isoformat(),
                "weight": str(spell.item.weight),
            }
            for spell in line.spells
        ],
    }
