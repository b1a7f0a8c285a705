"""The evidence against the scenarios: which of them the record contradicts least, and by which claims."""

from msgspec import Struct
from starlette.responses import Response

from app.filters import Filter
from app.pages.routing import page
from app.pages.visit import EvidenceVisit, Frame
from app.queries.scenario_evidence import EvidenceTable, read_evidence
from app.rendering.charts.frame import Chart
from app.rendering.charts.ranking import present_ranking
from app.rendering.data import evidence_data
from app.rendering.evidence import (
    PATH,
    LinchpinView,
    Switch,
    present_linchpins,
    present_switches,
)
from app.scenarios.competing_hypotheses import Ranking, lead


class EvidencePage(Struct, frozen=True):
    """``leaders`` share the first rank; ``followers`` the next one, if any."""

    frame: Frame
    chosen: Filter
    table: EvidenceTable
    leaders: Ranking
    followers: Ranking
    switches: tuple[Switch, ...]
    linchpins: tuple[LinchpinView, ...]
    history: Chart | None


@page(PATH)
def scenario_evidence(visit: EvidenceVisit) -> Response:
    chosen, to = visit.chosen, visit.frame.to
    with visit.session() as session:
        table = read_evidence(session, viewpoint=visit.viewpoint, without=chosen.values("without"))
    leaders, followers = lead(table.ranking)
    context = EvidencePage(
        frame=visit.frame,
        chosen=chosen,
        table=table,
        leaders=leaders,
        followers=followers,
        switches=present_switches(table, chosen, to),
        linchpins=present_linchpins(table, chosen, to),
        history=present_ranking(table, chosen, visit.viewpoint.as_of, to),
    )
    return visit.respond("scenarios/evidence.html", context, lambda: evidence_data(table, chosen, to))
