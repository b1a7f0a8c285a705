"""The evidence against the scenarios: which of them the record contradicts least, and by which claims."""

from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from app.charts.ranking import Multiples, Score, draw_multiples
from app.filters import Filter
from app.pages.routing import page
from app.pages.visit import EvidenceVisit, Frame
from app.queries.scenario_evidence import EvidenceTable, read_evidence
from app.rendering.data import evidence_data
from app.rendering.evidence import (
    PATH,
    LinchpinView,
    Switch,
    present_linchpins,
    present_switches,
)
from app.scenarios.competing_hypotheses import Ranking, lead, led_since


@dataclass(frozen=True)
class EvidencePage:
    """``leaders`` share the first rank; ``followers`` the next one, if any; ``since`` the day since which they lead."""

    frame: Frame
    chosen: Filter
    table: EvidenceTable
    leaders: Ranking
    followers: Ranking
    since: date | None
    switches: tuple[Switch, ...]
    linchpins: tuple[LinchpinView, ...]
    multiples: Multiples | None


@page(PATH)
def scenario_evidence(visit: EvidenceVisit) -> Response:
    chosen, to = visit.chosen, visit.frame.to
    with visit.session() as session:
        table = read_evidence(session, viewpoint=visit.viewpoint, without=chosen.values("without"))
    leaders, followers = lead(table.ranking)
    scores: dict[str, list[Score]] = {each.id: [] for each in table.scenarios}
    for step in table.history:
        for standing in step.ranking:
            scores[standing.hypothesis].append(Score(step.day, standing.score))
    context = EvidencePage(
        frame=visit.frame,
        chosen=chosen,
        table=table,
        leaders=leaders,
        followers=followers,
        since=led_since(table.history),
        switches=present_switches(table, chosen, to),
        linchpins=present_linchpins(table, chosen, to),
        multiples=draw_multiples(scores, visit.viewpoint.as_of),
    )
    return visit.respond("scenarios/evidence.html", context, lambda: evidence_data(table, chosen, to))
