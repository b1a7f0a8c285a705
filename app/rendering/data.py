"""The pages as data: what scripts rely on. Pure functions from what a page shows to plain mappings and lists.

The shapes are those of the contract: a list has ``filter``, ``count``, ``items`` and ``next``; one thing has ``item``;
every item has ``id`` and ``url``. Amounts are decimals written as text, exact; dates are as precise as they are known.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from app.filters import FACETS, Filter
from app.queries.briefings import Briefing
from app.queries.claims import ClaimCard, ClaimDetail
from app.queries.contradictions import Contradiction
from app.queries.cross_impact import CrossImpact, InfluenceLine
from app.queries.developments import DevelopmentEntry
from app.queries.expectations import ExpectationLine
from app.queries.figures import FigureCard
from app.queries.glossary import TermLine
from app.queries.issues import IssueDetail, Ledger, Standing
from app.queries.ladder import SOURCE, Rung
from app.queries.parties import PartyDetail, PartyLine
from app.queries.scenarios import AreaLine, ImpactCell, LikelihoodLine, ScenarioCard
from app.queries.search import Hit
from app.queries.sources import SourceCard, SourceDetail
from app.rendering.addresses import Addresses
from app.rendering.exposure import CalculationView, in_unit
from app.rendering.terms import TermNote
from app.scenarios import intervals, weights
from app.scenarios.cross_impact import Combination, Outcome
from app.scenarios.weights import Ranking, Weighted
from app.watch.mentions import Check, Mention

Data = dict[str, Any]


def filter_data(chosen: Filter) -> Data:
    """The filter as the address has it: facets as lists, everything else as text; nothing that was not chosen."""
    found: Data = {}
    for name, value in chosen.pairs():
        if name in FACETS or name in ("scenario", "without", "in", "publisher"):
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def claim_data(card: ClaimCard, to: Addresses) -> Data:
    return {
        "id": card.id,
        "url": to.claim(card.id),
        "text": card.text,
        "kind": card.kind,
        "status": card.status,
        "rank": card.rank,
        "attribution": card.attribution,
        "speakers": list(card.speakers),
        "flags": list(card.flags),
        "happened": card.happened,
        "reported": card.reported,
        "issues": list(card.issues),
        "parties": list(card.parties),
        "evidence": [
            {
                "source": line.source,
                "publisher": line.publisher,
                "published": line.published,
                "locator": line.locator,
                "stance": line.stance,
                "reliability": line.reliability,
                "credibility": line.credibility,
                "access": line.access,
                "address": line.url,
                "wording": {"text": line.wording, "language": line.wording_language} if line.wording else None,
                "chain": [rung_data(rung) for rung in line.chain],
            }
            for line in card.evidence
        ],
        "relations": [{"kind": each.kind, "inverse": each.inverse, "claim": each.id} for each in card.related],
    }


def rung_data(rung: Rung) -> Data:
    """A step of an attribution ladder: a document, or who stands behind the last one."""
    if rung.kind == SOURCE:
        return {"source": rung.id, "publisher": rung.name}
    return {"attribution": rung.id, "speakers": list(rung.speakers)}


def claim_detail_data(detail: ClaimDetail, terms: Sequence[TermNote], to: Addresses) -> Data:
    return {
        **claim_data(detail.card, to),
        "history": [
            {"status": step.status, "since": step.since, "by": step.by.id if step.by else None, "reason": step.reason}
            for step in detail.history
        ],
        "ranks": [
            {"rank": step.rank, "since": step.since, "by": step.by.id if step.by else None, "reason": step.reason}
            for step in detail.ranks
        ],
        "drivers": list(detail.card.drivers),
        "impacts": list(detail.card.impacts),
        "terms": [{"id": term.id, "url": term.address} for term in terms],
        "uses": [{"kind": use.kind, "id": use.id, "url": to.use(use.kind, use.id)} for use in detail.uses],
    }


def development_data(entry: DevelopmentEntry, to: Addresses) -> Data:
    return {
        "id": entry.id,
        "url": to.development(entry.id),
        "date": entry.date,
        "kind": entry.kind,
        "title": entry.title,
        "issues": list(entry.issues),
        "parties": list(entry.parties),
        "claims": list(entry.claims),
        "sets": [{"kind": each.kind, "id": each.id, "status": each.status} for each in entry.sets],
    }


def figure_data(card: FigureCard, to: Addresses) -> Data:
    return {
        "id": card.id,
        "url": to.figure(card.id),
        "name": card.name,
        "description": card.description,
        "issues": list(card.issues),
        "parties": list(card.parties),
        "readings": [
            {
                "id": each.id,
                "value": f"{each.value:f}",
                "upper": None if each.upper is None else f"{each.upper:f}",
                "unit": card.unit,
                "currency": card.currency,
                "bound": each.bound,
                "measure": each.measure,
                "condition": each.condition,
                "as_of": each.as_of,
                "literal": {"text": each.literal, "language": each.literal_language} if each.literal else None,
                "source": each.source,
                "locator": each.locator,
                "claim": each.claim,
                "claim_status": each.claim_status,
                "claim_rank": each.claim_rank,
            }
            for each in card.readings
        ],
        "conflicts": [
            {"kind": each.kind, "ratio": number(each.ratio), "readings": [reading.id for reading in each.readings]}
            for each in card.conflicts
        ],
    }


def number(ratio: Fraction | None) -> int | float | None:
    """A ratio as JSON can hold it: whole where it is whole."""
    if ratio is None:
        return None
    return ratio.numerator if ratio.denominator == 1 else round(float(ratio), 6)


def source_data(card: SourceCard, to: Addresses) -> Data:
    return {
        "id": card.id,
        "url": to.source(card.id),
        "title": card.title,
        "publisher": card.publisher,
        "kind": card.kind,
        "language": card.language,
        "published": card.published,
        "published_basis": card.published_basis,
        "access": card.access,
        "address": card.url,
        "reliability": card.reliability,
        "basis": card.basis,
        "note": card.note,
        "relays": card.relays,
        "claims": card.claims,
    }


def source_detail_data(detail: SourceDetail, to: Addresses) -> Data:
    return {
        **source_data(detail.card, to),
        "chain": [step.id for step in detail.chain],
        "relayed_by": [step.id for step in detail.relayed_by],
        "locators": [
            {"id": each.id, "gist": each.gist, "claims": [claim.id for claim in each.claims]}
            for each in detail.passages
        ],
        "cited_as_a_whole_by": [claim.id for claim in detail.claims],
    }


def standing_data(standing: Standing) -> Data:
    return {
        "status": standing.status,
        "sentence": standing.sentence,
        "since": standing.since,
        "development": standing.development,
    }


def ledger_data(ledger: Ledger) -> list[Data]:
    """One entry for each position held, and one for each cell where none is; no cell is missing and none is null."""
    entries: list[Data] = []
    for row in ledger.rows:
        for cell in row:
            head: Data = {"party": cell.party, "kind": cell.kind, "state": cell.state}
            entries += [
                {**head, "claim": each.claim.id, "text": each.text, "since": each.since} for each in cell.positions
            ] or [{**head, "sources": ledger.sources}]
    return entries


def issue_data(detail: IssueDetail, expectations: Sequence[ExpectationLine], to: Addresses) -> Data:
    card = detail.card
    return {
        "id": card.id,
        "url": to.issue(card.id),
        "name": card.name,
        "question": card.question,
        "standing": standing_data(card.standing) if card.standing else None,
        "history": [standing_data(each) for each in detail.history],
        "claims": card.claims,
        "current": card.current,
        "newest_evidence": card.newest.isoformat() if card.newest else None,
        "status": {each.value: each.count for each in card.mix},
        "attribution": {each.value: each.count for each in card.footing},
        "ledger": ledger_data(detail.ledger),
        "symmetry": [
            {"party": side.party, "positions": side.positions, "own_word": side.own_word} for side in detail.symmetry
        ],
        "expectations": [
            {
                "id": each.id,
                "text": each.text,
                "due": each.due,
                "state": each.state,
                "announced": each.announced.id,
                "met": each.met.id if each.met else None,
            }
            for each in expectations
        ],
        "drivers": [driver.id for driver in detail.drivers],
    }


def briefing_data(briefing: Briefing, to: Addresses) -> Data:
    """The same choice as on the page; each part names the claims that it ends with."""
    issue = briefing.issue
    return {
        "id": issue.id,
        "url": to.briefing(issue.id),
        "name": issue.name,
        "standing": {**standing_data(issue.standing), "claims": [each.id for each in briefing.basis]}
        if issue.standing
        else None,
        "positions": [
            {
                "party": side.party,
                "kind": want.kind,
                "text": want.position.text,
                "since": want.position.since,
                "until": want.position.until,
                "claim": want.position.claim.id,
                "more": want.more,
            }
            for side in briefing.parties
            for want in side.wants
        ],
        "best_sourced": [claim_data(each, to) for each in briefing.best],
        "doubtful": [{**claim_data(each.claim, to), "against": list(each.against)} for each in briefing.doubtful],
        "doubtful_left": briefing.doubtful_left,
        "figures": [
            {
                "figure": each.figure.id,
                "kind": each.conflict.kind,
                "ratio": number(each.conflict.ratio),
                "readings": [reading.id for reading in each.conflict.readings],
                "claims": [reading.claim for reading in each.conflict.readings],
            }
            for each in briefing.figures
        ],
        "figures_left": briefing.figures_left,
        "expectations": [
            {"id": each.id, "text": each.text, "due": each.due, "state": each.state, "claim": each.announced.id}
            for each in briefing.expectations
        ],
        "forecasts": [claim_data(each, to) for each in briefing.forecasts],
    }


def party_data(party: PartyLine, to: Addresses) -> Data:
    return {"id": party.id, "url": to.party(party.id), "name": party.name, "kind": party.kind, "role": party.role}


def party_detail_data(detail: PartyDetail, to: Addresses) -> Data:
    return {
        **party_data(detail.party, to),
        "positions": [
            {
                "issue": each.issue,
                "kind": each.kind,
                "text": each.text,
                "since": each.since,
                "until": each.until,
                "claim": each.claim.id,
            }
            for each in detail.positions
        ],
    }


def impact_data(cell: ImpactCell, to: Addresses) -> Data:
    return {
        "id": cell.id,
        "url": to.cell(cell.id),
        "scenario": cell.scenario,
        "area": cell.area,
        "direction": cell.direction,
        "strength": cell.strength,
        "horizon": cell.horizon,
        "firmness": cell.firmness,
        "bearer": cell.bearer,
        "reasoning": cell.reasoning,
        "likelihood": likelihood_data(cell.likelihood) if cell.likelihood else None,
        "claims": [claim.id for claim in cell.claims],
    }


def likelihood_data(line: LikelihoodLine) -> Data:
    """An estimate; ``band`` is in per cent, and follows from the word."""
    return {
        "word": line.word,
        "band": {"low": line.band.low, "high": line.band.high},
        "author": line.author,
        "date": line.date,
        "basis": line.basis,
    }


def scenario_data(card: ScenarioCard, to: Addresses) -> Data:
    return {
        "id": card.id,
        "url": to.scenario(card.id),
        "name": card.name,
        "definition": card.definition,
        "condition": card.condition,
        "start": card.start,
        "horizon": card.horizon,
        "status": card.status,
        "history": [
            {"status": step.status, "since": step.since, "development": step.development} for step in card.history
        ],
        "signposts": [
            {
                "id": line.id,
                "text": line.text,
                "seen": line.seen.id if line.seen else None,
                "seen_on": line.seen_on,
            }
            for line in card.signposts
        ],
    }


def area_data(area: AreaLine, to: Addresses) -> Data:
    return {"id": area.id, "url": to.area(area.id), "name": area.name, "question": area.question}


def interval_data(span: weights.Interval) -> Data:
    return {"low": str(span.low), "high": str(span.high)}


def ranking_data(ranking: Ranking[str]) -> list[Data]:
    """Each pair of neighbours, and every single change of a weight that makes them level, the smallest first."""
    return [
        {
            "ahead": step.ahead,
            "behind": step.behind,
            "tied": step.tied,
            "certain": step.certain,
            "changes": [
                {
                    "scenario": flip.scenario,
                    "given": str(flip.given),
                    "level": str(flip.level),
                    "change": str(flip.change),
                }
                for flip in step.flips
            ],
        }
        for step in ranking.steps
    ]


def weighted_data(weighted: Weighted[str], strengths: Mapping[tuple[str, str], weights.Interval]) -> Data:
    """What the reader's weights make of the impacts, every number an exact fraction written as text ("3/2").

    ``strengths`` are those of all scenarios, shown or not: all are weighed.
    """
    return {
        "weights": {scenario: str(share) for scenario, share in weighted.weights.items()},
        "strengths": [
            {"scenario": scenario, "area": area, **interval_data(span)}
            for (scenario, area), span in strengths.items()
            if area in weighted.areas
        ],
        "weighted": [{"area": area, **interval_data(span)} for area, span in weighted.areas.items()],
        "contributions": [
            {"scenario": scenario, **interval_data(span)} for scenario, span in weighted.contributions.items()
        ],
        "order": {"areas": list(weighted.area_ranking.order), "scenarios": list(weighted.scenario_ranking.order)},
        "flips": {
            "areas": ranking_data(weighted.area_ranking),
            "scenarios": ranking_data(weighted.scenario_ranking),
        },
    }


def panel_data(scenarios: Sequence[ScenarioCard], areas: Sequence[AreaLine], to: Addresses) -> Data:
    """The scenarios and areas shown, and every impact where they meet."""
    shown = {area.id for area in areas}
    return {
        "scenarios": [scenario_data(each, to) for each in scenarios],
        "areas": [area_data(each, to) for each in areas],
        "impacts": [impact_data(cell, to) for each in scenarios for cell in each.impacts if cell.area in shown],
    }


def outcome_data(key: Outcome) -> Data:
    return {"descriptor": key[0], "outcome": key[1]}


def influence_data(line: InfluenceLine, to: Addresses) -> Data:
    return {
        "id": line.id,
        "url": to.page("/scenarios/cross-impact", anchor=f"influence-{line.id}"),
        "cause": outcome_data(line.cause),
        "effect": outcome_data(line.effect),
        "value": line.value,
        "reason": line.reason,
        "basis": line.basis,
        "claims": [claim.id for claim in line.claims],
    }


def combination_id(found: Combination) -> str:
    """The outcomes in the order of the descriptors: ``spread-quiet-commits-parallel``."""
    return "-".join(outcome for _, outcome in found.chosen)


def combination_data(found: Combination, sentence: str, to: Addresses) -> Data:
    identifier = combination_id(found)
    return {
        "id": identifier,
        "url": to.page("/scenarios/cross-impact", anchor=f"combination-{identifier}"),
        "sentence": sentence,
        "consistency": found.consistency,
        "total": found.total,
        "balances": [
            {
                **outcome_data(each.chosen),
                "sums": {key[1]: score for key, score in each.sums},
                "margin": each.margin,
                "held_by": [{**outcome_data(key), "value": value} for key, value in each.held_by],
                "opposed_by": [{**outcome_data(key), "value": value} for key, value in each.opposed_by],
            }
            for each in found.balances
        ],
    }


def cross_impact_data(
    judged: CrossImpact, checked: int, consistent: Sequence[tuple[Combination, str]], to: Addresses
) -> Data:
    """The matrix whole, so that the combinations can be found again from it; the consistent ones are the items."""
    return {
        "descriptors": [
            {
                "id": each.id,
                "area": each.area,
                "outcomes": [{"id": outcome.key[1], "name": outcome.name} for outcome in each.outcomes],
            }
            for each in judged.descriptors
        ],
        "influences": [influence_data(each, to) for each in judged.influences],
        "influences_left_out": judged.left_out,
        "combinations_checked": checked,
        "count": len(consistent),
        "items": [combination_data(each, sentence, to) for each, sentence in consistent],
        "next": None,
    }


def range_data(interval: intervals.Interval, unit: str | None) -> Data:
    """The ends as exact fractions in the unit of the result, such as ``52000000000/3``; null where it is open."""
    low, high = interval.low, interval.high
    return {
        "low": str(in_unit(low, unit)) if isinstance(low, Fraction) else None,
        "high": str(in_unit(high, unit)) if isinstance(high, Fraction) else None,
    }


def calculation_data(view: CalculationView, to: Addresses) -> Data:
    line, solved = view.line, view.solved
    return {
        "id": line.id,
        "url": to.page("/scenarios/exposure", anchor=f"calculation-{line.id}"),
        "name": line.name,
        "question": line.question,
        "formula": line.formula,
        "unit": line.unit,
        "caution": line.caution,
        "not_computable": line.not_computable,
        "inputs": [
            {
                "name": each.line.name,
                "label": each.line.label,
                "parameter": each.parameter,
                "figure": each.line.figure.id,
                "chosen": each.reading.id if each.reading else None,
                "literal": each.line.literal,
                "readings": [
                    {
                        "id": reading.id,
                        "value": f"{reading.value:f}",
                        "upper": None if reading.upper is None else f"{reading.upper:f}",
                        "bound": reading.bound,
                        "unit": each.line.figure.unit,
                        "currency": each.line.figure.currency,
                        "measure": reading.measure,
                        "condition": reading.condition,
                        "as_of": reading.as_of,
                        "source": reading.source,
                        "claim": reading.claim,
                    }
                    for reading in each.line.offered
                ],
            }
            for each in view.inputs
        ],
        "result": solved and {**range_data(solved.result, line.unit), "about": solved.about, "text": solved.text},
        "swings": [
            {"input": each.input.line.name, **range_data(each.result, line.unit), "text": each.text}
            for each in (solved.swings if solved else ())
        ],
        "sentence": solved and solved.sentence,
    }


def exposure_data(views: Sequence[CalculationView], left_out: int, to: Addresses) -> Data:
    return {
        "count": len(views),
        "left_out": left_out,
        "items": [calculation_data(each, to) for each in views],
        "next": None,
    }


def term_data(term: TermLine, to: Addresses) -> Data:
    return {
        "id": term.id,
        "url": to.term(term.id),
        "kind": term.kind,
        "term": term.term,
        "other": term.other,
        "definition": term.definition,
        "caution": term.caution,
        "claims": [claim.id for claim in term.claims],
    }


def hit_data(hit: Hit, to: Addresses) -> Data:
    """An entry found: ``excerpt`` is in ``language``, and ``marks`` are what was sought as the texts have it."""
    return {
        "id": hit.id,
        "url": to.entry(hit.kind, hit.id),
        "kind": hit.kind,
        "title": "".join(words for words, _ in hit.title),
        "excerpt": "".join(words for words, _ in hit.text) or None,
        "language": hit.language,
        "marks": list(dict.fromkeys(words for words, sought in (*hit.title, *hit.text) if sought)),
        "date": hit.date,
        "status": hit.status,
        "rank": hit.rank,
    }


def mention_data(mention: Mention, to: Addresses) -> Data:
    """What somebody said since; it is no evidence. ``address`` is where it was said."""
    return {
        "id": mention.id,
        "url": to.page("/mentions", anchor=f"mention-{mention.id}"),
        "title": mention.title,
        "publisher": mention.publisher,
        "address": mention.address,
        "published": mention.published.isoformat() if mention.published else None,
        "seen": mention.seen.isoformat(),
        "language": mention.language,
        "feed": mention.feed,
        "issues": list(mention.issues),
        "parties": list(mention.parties),
        "terms": list(mention.terms),
        "evidence": False,
    }


def check_data(check: Check | None) -> Data | None:
    """What became of a source's address when it was last asked for; null where it never was."""
    if check is None:
        return None
    return {
        "outcome": check.outcome,
        "when": check.when.isoformat(),
        "status": check.status,
        "address": check.address,
        "archived": check.archived,
    }


def contradiction_data(pair: Contradiction, to: Addresses) -> Data:
    return {
        "id": f"{pair.claim.id}-{pair.against.id}",
        "url": to.page("/contradictions", anchor=f"pair-{pair.claim.id}-{pair.against.id}"),
        "kind": pair.kind,
        "claim": pair.claim.id,
        "against": pair.against.id,
    }
