"""The evidence against the scenarios: the rated claims, what each weighs, and the ranking on a day and before it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from sqlmodel import Session, col, select

from app.models import FOREVER, Claim, ClaimRank, Evidence, RatedClaim, Rating, Source
from app.queries.claims import ClaimLink, claim_links
from app.queries.scenarios import ScenarioCard, list_scenarios
from app.queries.viewpoint import Viewpoint
from app.scenarios.competing_hypotheses import (
    Item,
    Linchpin,
    Ranking,
    Spell,
    Step,
    counting,
    discriminates,
    linchpins,
    rank,
    rank_over_time,
    weigh,
)
from app.vocabulary import CURRENT, Consistency, Credibility, Reliability, Stance


class Grade(NamedTuple):
    """The Admiralty grade of a piece of evidence, and the day from which it could be cited."""

    since: date
    reliability: Reliability
    credibility: Credibility

    @property
    def weight(self) -> Fraction:
        return weigh(self.reliability, self.credibility)


Span = tuple[date, date]
"""A first day, and the day after the last one."""


class RatingCell(Struct, frozen=True):
    scenario: str
    value: str
    reason: str


class RatedLine(Struct, frozen=True):
    """A rated claim that is visible on the day. ``cells`` stand in the order of the scenarios.

    ``grade`` is its best evidence, ``holds`` whether its status lets it count, ``without`` what of the reader's choice
    leaves it out; ``spells`` are the times for which it counted, whatever the reader left out.
    """

    claim: ClaimLink
    attribution: str
    grade: Grade
    cells: tuple[RatingCell, ...]
    discriminates: bool
    holds: bool
    without: tuple[str, ...]
    spells: tuple[Spell, ...]

    @property
    def counts(self) -> bool:
        return self.holds and not self.without


class EvidenceTable(Struct, frozen=True):
    """``history`` ends with the day of the view; ``ranking`` and ``linchpins`` are of that day."""

    scenarios: tuple[ScenarioCard, ...]
    lines: tuple[RatedLine, ...]
    ranking: Ranking
    linchpins: tuple[Linchpin, ...]
    history: tuple[Step, ...]


def read_evidence(session: Session, *, viewpoint: Viewpoint, without: Sequence[str]) -> EvidenceTable:
    """The rated claims visible on a day and what follows from them.

    ``without`` are the reader's switches: ``attribution:WORD`` or ``claim:ID``. What they leave out counts on no day.
    """
    rated = session.exec(
        select(RatedClaim, Claim)
        .join(Claim, col(Claim.id) == col(RatedClaim.claim_id))
        .where(RatedClaim.visible_from <= viewpoint.as_of)
        .order_by(col(RatedClaim.ordinal))
    ).all()
    ids = [claim.id for _, claim in rated]
    scenarios = list_scenarios(session, viewpoint=viewpoint)
    hypotheses = [each.id for each in scenarios]
    cells = _read_cells(session, [each.id for each, _ in rated], viewpoint)
    grades = _read_grades(session, [claim for _, claim in rated], viewpoint)
    spans = _read_spans(session, ids, viewpoint)
    links = claim_links(session, ids=ids, viewpoint=viewpoint)
    lines = []
    for each, claim in rated:
        found = cells[each.id]
        ratings = {scenario: Consistency(cell.value) for scenario, cell in found.items()}
        grade = _best(grades[claim.id], viewpoint.as_of)
        item = Item(claim.id, grade.weight, ratings)
        spells = tuple(_spells(item, spans[claim.id], grades[claim.id]))
        switches = (f"attribution:{claim.attribution}", f"claim:{claim.id}")
        lines.append(
            RatedLine(
                claim=links[claim.id],
                attribution=claim.attribution,
                grade=grade,
                cells=tuple(found[scenario] for scenario in hypotheses),
                discriminates=discriminates(item, hypotheses),
                holds=bool(counting(spells, viewpoint.as_of)),
                without=tuple(switch for switch in switches if switch in without),
                spells=spells,
            )
        )
    spells = tuple(spell for line in lines if not line.without for spell in line.spells)
    items = counting(spells, viewpoint.as_of)
    return EvidenceTable(
        scenarios=scenarios,
        lines=tuple(lines),
        ranking=rank(items, hypotheses),
        linchpins=linchpins(items, hypotheses),
        history=rank_over_time(spells, hypotheses, last=viewpoint.as_of),
    )


def _read_cells(session: Session, ids: Sequence[str], viewpoint: Viewpoint) -> Mapping[str, Mapping[str, RatingCell]]:
    """Rated claim → scenario → rating."""
    found: dict[str, dict[str, RatingCell]] = defaultdict(dict)
    rows = session.exec(
        select(Rating).where(col(Rating.rated_claim_id).in_(ids)).order_by(Rating.rated_claim_id, Rating.scenario_id)
    )
    for row in rows:
        reason = viewpoint.text(row, "reason")
        found[row.rated_claim_id][row.scenario_id] = RatingCell(row.scenario_id, row.value, reason)
    return found


def _read_grades(session: Session, claims: Sequence[Claim], viewpoint: Viewpoint) -> Mapping[str, list[Grade]]:
    """Claim → the grades of what supports it and was published by the day of the view."""
    visible = {claim.id: claim.visible_from for claim in claims}
    found: dict[str, list[Grade]] = defaultdict(list)
    rows = session.exec(
        select(Evidence, Source)
        .join(Source, col(Source.id) == col(Evidence.source_id))
        .where(
            col(Evidence.claim_id).in_(list(visible)),
            Evidence.stance == Stance.SUPPORTS,
            Source.visible_from <= viewpoint.as_of,
        )
        .order_by(Evidence.claim_id, col(Evidence.ordinal))
    )
    for evidence, source in rows:
        since = max(visible[evidence.claim_id], source.visible_from)
        grade = Grade(since, Reliability(source.reliability), Credibility(evidence.credibility))
        found[evidence.claim_id].append(grade)
    return found


def _read_spans(session: Session, ids: Sequence[str], viewpoint: Viewpoint) -> Mapping[str, list[Span]]:
    """Claim → the times in which it is not deprecated, as known on the day of the view: only then does it count."""
    found: dict[str, list[Span]] = defaultdict(list)
    rows = session.exec(
        select(ClaimRank)
        .where(col(ClaimRank.claim_id).in_(ids), ClaimRank.since <= viewpoint.as_of, col(ClaimRank.rank).in_(CURRENT))
        .order_by(ClaimRank.claim_id, col(ClaimRank.since))
    )
    for row in rows:
        found[row.claim_id].append((row.since, row.until if row.until <= viewpoint.as_of else FOREVER))
    return found


def _best(grades: Iterable[Grade], day: date) -> Grade:
    """The grade of most weight that could be cited by a day; of equals, the one cited first."""
    return max((each for each in grades if each.since <= day), key=lambda each: each.weight)


def _spells(item: Item, spans: Sequence[Span], grades: Sequence[Grade]) -> list[Spell]:
    """The spells of a claim: one for each time in which it counts with the same weight without a break."""
    found: list[Spell] = []
    for since, until in spans:
        days = sorted({since, *(grade.since for grade in grades if since < grade.since < until)})
        for start, end in zip(days, [*days[1:], until], strict=True):
            spell = Spell(replace(item, weight=_best(grades, start).weight), start, end)
            if found and found[-1].until == start and found[-1].item == spell.item:
                spell = replace(found.pop(), until=end)
            found.append(spell)
    return found
