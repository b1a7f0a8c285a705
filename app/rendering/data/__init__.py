"""The pages as data: what scripts rely on. Pure functions from what a page shows to plain mappings and lists.

The shapes are those of the contract: a list has ``filter``, ``count``, ``items`` and ``next``; one thing has ``item``;
every item has ``id`` and ``url``. Amounts are decimals written as text, exact; dates are as precise as they are known.
Each module has the shapes of one room, and the functions that make them; ``documents`` has what each address answers.
"""

from app.rendering.data.claims import claim_data, claim_detail_data, rung_data
from app.rendering.data.cross_impact import (
    combination_data,
    combination_id,
    cross_impact_data,
    influence_data,
    outcome_data,
)
from app.rendering.data.developments import development_data
from app.rendering.data.evidence import evidence_data, evidence_ranking_data, rated_data
from app.rendering.data.exposure import calculation_data, exposure_data, range_data
from app.rendering.data.figures import figure_data
from app.rendering.data.issues import briefing_data, issue_data, ledger_data, standing_data
from app.rendering.data.mentions import check_data, mention_data
from app.rendering.data.others import contradiction_data, hit_data, term_data
from app.rendering.data.parties import party_data, party_detail_data
from app.rendering.data.scenarios import (
    area_data,
    impact_data,
    interval_data,
    likelihood_data,
    panel_data,
    ranking_data,
    scenario_data,
    weighted_data,
)
from app.rendering.data.shapes import Data, filter_data, number
from app.rendering.data.sources import source_data, source_detail_data

__all__ = [
    "Data",
    "area_data",
    "briefing_data",
    "calculation_data",
    "check_data",
    "claim_data",
    "claim_detail_data",
    "combination_data",
    "combination_id",
    "contradiction_data",
    "cross_impact_data",
    "development_data",
    "evidence_data",
    "evidence_ranking_data",
    "exposure_data",
    "figure_data",
    "filter_data",
    "hit_data",
    "impact_data",
    "influence_data",
    "interval_data",
    "issue_data",
    "ledger_data",
    "likelihood_data",
    "mention_data",
    "number",
    "outcome_data",
    "panel_data",
    "party_data",
    "party_detail_data",
    "range_data",
    "ranking_data",
    "rated_data",
    "rung_data",
    "scenario_data",
    "source_data",
    "source_detail_data",
    "standing_data",
    "term_data",
    "weighted_data",
]
