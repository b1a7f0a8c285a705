"""The four scenarios, what each would mean in the four impact areas, and the signposts of their coming."""

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace
from sqlmodel import Session, col, select

from app.models import (
    Area,
    Development,
    Impact,
    ImpactClaim,
    ImpactLikelihood,
    ListingTag,
    Scenario,
    ScenarioStanding,
    Signpost,
)
from app.queries.claims import ClaimLink, claim_links
from app.queries.listings import claims_about
from app.queries.viewpoint import Viewpoint
from app.scenarios.likelihood import BANDS, Band
from app.vocabulary import Direction, Firmness, Horizon, ScenarioStatus, Strength


class ScenarioStep(Struct, frozen=True):
    """A development that set the scenario's status."""

    status: str
    since: str
    development: str
    title: str


class SignpostLine(Struct, frozen=True):
    """An observable; ``seen`` is the claim that shows it was seen by the day of the view."""

    id: str
    text: str
    seen: ClaimLink | None
    seen_on: str | None


class LikelihoodLine(Struct, frozen=True):
    """An author's estimate of a likelihood, with the band that its word stands for."""

    word: str
    band: Band
    author: str
    date: str
    basis: str


class ImpactCell(Struct, frozen=True):
    """A scenario's effect in an area. ``likelihood`` is ``None`` where nobody on file estimated one."""

    id: str
    scenario: str
    area: str
    direction: str
    strength: str
    horizon: str
    firmness: str
    bearer: str | None
    reasoning: str | None
    claims: tuple[ClaimLink, ...]
    likelihood: LikelihoodLine | None


class ScenarioCard(Struct, frozen=True):
    """``impacts`` stand in the order of the areas."""

    id: str
    name: str
    definition: str
    condition: str
    start: str
    horizon: str
    history: tuple[ScenarioStep, ...]
    signposts: tuple[SignpostLine, ...]
    impacts: tuple[ImpactCell, ...]

    @property
    def status(self) -> str | None:
        """Where the scenario stands; ``None`` before anybody spoke of it."""
        return self.history[-1].status if self.history else None

    @property
    def seen(self) -> int:
        """How many of its signposts were seen by the day of the view."""
        return sum(line.seen is not None for line in self.signposts)

    @property
    def occurrences(self) -> tuple[ScenarioStep, ...]:
        """Each time it came about, oldest first: it may more than once."""
        return tuple(step for step in self.history if step.status == ScenarioStatus.OCCURRED)

    @property
    def is_ahead(self) -> bool:
        """Whether it may still come: it has neither occurred nor been overtaken."""
        return self.status in (None, ScenarioStatus.OPEN)


class Touch(Struct, frozen=True):
    """A scenario and those of its impacts that rest on claims about an issue, each with these claims alone."""

    scenario: ScenarioCard
    impacts: tuple[ImpactCell, ...]


class AreaLine(Struct, frozen=True):
    id: str
    name: str
    question: str


def list_areas(session: Session, *, viewpoint: Viewpoint) -> tuple[AreaLine, ...]:
    rows = session.exec(select(Area).order_by(col(Area.ordinal)))
    return tuple(AreaLine(row.id, viewpoint.text(row, "name"), viewpoint.text(row, "question")) for row in rows)


def list_scenarios(session: Session, *, viewpoint: Viewpoint) -> tuple[ScenarioCard, ...]:
    """All scenarios, each with its four impacts."""
    histories = _read_histories(session, viewpoint)
    signposts = _read_signposts(session, viewpoint)
    impacts = _read_impacts(session, viewpoint)
    rows = session.exec(select(Scenario).order_by(col(Scenario.ordinal)))
    return tuple(
        ScenarioCard(
            id=row.id,
            name=viewpoint.text(row, "name"),
            definition=viewpoint.text(row, "definition"),
            condition=viewpoint.text(row, "condition"),
            start=row.start,
            horizon=row.horizon,
            history=tuple(histories[row.id]),
            signposts=tuple(signposts[row.id]),
            impacts=tuple(impacts[row.id]),
        )
        for row in rows
    )


def list_touching(session: Session, *, issue: str, viewpoint: Viewpoint) -> tuple[Touch, ...]:
    """The scenarios that touch an issue: some impact rests on a claim about it."""
    cards = list_scenarios(session, viewpoint=viewpoint)
    ids = {claim.id for card in cards for cell in card.impacts for claim in cell.claims}
    about = set(session.exec(claims_about(issue).where(col(ListingTag.item).in_(ids))))
    found = []
    for card in cards:
        cells = (replace(cell, claims=tuple(each for each in cell.claims if each.id in about)) for cell in card.impacts)
        if impacts := tuple(cell for cell in cells if cell.claims):
            found.append(Touch(card, impacts))
    return tuple(found)


def _read_histories(session: Session, viewpoint: Viewpoint) -> Mapping[str, list[ScenarioStep]]:
    found: dict[str, list[ScenarioStep]] = defaultdict(list)
    rows = session.exec(
        select(ScenarioStanding, Development)
        .join(Development, col(Development.id) == col(ScenarioStanding.development_id))
        .where(Development.visible_from <= viewpoint.as_of)
        .order_by(col(Development.happened_first), col(Development.visible_from), Development.id)
    )
    for standing, development in rows:
        title = viewpoint.text(development, "title")
        found[standing.scenario_id].append(ScenarioStep(standing.status, development.happened, development.id, title))
    return found


def _read_signposts(session: Session, viewpoint: Viewpoint) -> Mapping[str, list[SignpostLine]]:
    rows = session.exec(select(Signpost).order_by(Signpost.scenario_id, col(Signpost.ordinal))).all()
    links = claim_links(session, ids=[row.seen_claim_id for row in rows if row.seen_claim_id], viewpoint=viewpoint)
    found: dict[str, list[SignpostLine]] = defaultdict(list)
    for row in rows:
        seen = links.get(row.seen_claim_id) if row.seen_claim_id else None
        found[row.scenario_id].append(
            SignpostLine(row.id, viewpoint.text(row, "text"), seen, row.seen_text if seen else None)
        )
    return found


def _read_impacts(session: Session, viewpoint: Viewpoint) -> Mapping[str, list[ImpactCell]]:
    rows = session.exec(
        select(Impact, ImpactLikelihood)
        .join(Area, col(Area.id) == col(Impact.area_id))
        .outerjoin(ImpactLikelihood, col(ImpactLikelihood.impact_id) == col(Impact.id))
        .order_by(Impact.scenario_id, col(Area.ordinal))
    ).all()
    resting = session.exec(select(ImpactClaim).order_by(ImpactClaim.impact_id, col(ImpactClaim.ordinal))).all()
    links = claim_links(session, ids=[each.claim_id for each in resting], viewpoint=viewpoint)
    claims: dict[str, list[ClaimLink]] = defaultdict(list)
    for each in resting:
        if each.claim_id in links:
            claims[each.impact_id].append(links[each.claim_id])
    found: dict[str, list[ImpactCell]] = defaultdict(list)
    for row, estimate in rows:
        known = row.visible_from <= viewpoint.as_of
        found[row.scenario_id].append(
            ImpactCell(
                id=row.id,
                scenario=row.scenario_id,
                area=row.area_id,
                direction=row.direction if known else Direction.NOT_STATED,
                strength=row.strength if known else Strength.NOT_STATED,
                horizon=row.horizon if known else Horizon.NOT_STATED,
                firmness=row.firmness if known else Firmness.NOTHING,
                bearer=viewpoint.text(row, "bearer") if known else None,
                reasoning=viewpoint.text(row, "reasoning") if known else None,
                claims=tuple(claims[row.id]) if known else (),
                likelihood=_likelihood(estimate, viewpoint) if known else None,
            )
        )
    return found


def _likelihood(estimate: ImpactLikelihood | None, viewpoint: Viewpoint) -> LikelihoodLine | None:
    if estimate is None or estimate.visible_from > viewpoint.as_of:
        return None
    return LikelihoodLine(
        word=estimate.word,
        band=BANDS[estimate.word],
        author=viewpoint.text(estimate, "author"),
        date=estimate.estimated,
        basis=viewpoint.text(estimate, "basis"),
    )
