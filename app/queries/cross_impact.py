"""The impact areas as descriptors with outcomes, and how far each outcome favours or hinders the others."""

from collections import defaultdict

from msgspec import Struct
from sqlmodel import Session, col, select

from app.models import Descriptor, Influence, InfluenceClaim, Outcome
from app.queries.claims import ClaimLink, claim_links
from app.queries.viewpoint import Viewpoint
from app.scenarios.cross_impact import Matrix
from app.scenarios.cross_impact import Outcome as Key


class OutcomeLine(Struct, frozen=True):
    key: Key
    name: str


class DescriptorLine(Struct, frozen=True):
    """A descriptor; ``area`` is the impact area that it stands for."""

    id: str
    area: str
    outcomes: tuple[OutcomeLine, ...]


class InfluenceLine(Struct, frozen=True):
    """A judgement, from -3 to 3; ``basis`` says so where no claim carries it."""

    id: str
    cause: Key
    effect: Key
    value: int
    reason: str
    basis: str | None
    claims: tuple[ClaimLink, ...]


class CrossImpact(Struct, frozen=True):
    """What is judged as of a day; ``left_out`` counts the influences whose claims were published later."""

    descriptors: tuple[DescriptorLine, ...]
    influences: tuple[InfluenceLine, ...]
    left_out: int

    def area_of(self, descriptor: str) -> str:
        return next(each.area for each in self.descriptors if each.id == descriptor)

    @property
    def matrix(self) -> Matrix:
        return Matrix(
            {each.id: [outcome.key[1] for outcome in each.outcomes] for each in self.descriptors},
            {(each.cause, each.effect): each.value for each in self.influences},
        )


def read_cross_impact(session: Session, *, viewpoint: Viewpoint) -> CrossImpact:
    """Descriptors and influences in the order of the dossier; an influence counts once all its claims are known."""
    outcomes: dict[str, list[OutcomeLine]] = defaultdict(list)
    for row in session.exec(select(Outcome).order_by(Outcome.descriptor_id, col(Outcome.ordinal))):
        outcomes[row.descriptor_id].append(OutcomeLine((row.descriptor_id, row.id), viewpoint.text(row, "name")))
    descriptors = session.exec(select(Descriptor).order_by(col(Descriptor.ordinal)))
    resting = session.exec(
        select(InfluenceClaim).order_by(InfluenceClaim.influence_id, col(InfluenceClaim.ordinal))
    ).all()
    links = claim_links(session, ids=[each.claim_id for each in resting], viewpoint=viewpoint)
    claims: dict[str, list[ClaimLink]] = defaultdict(list)
    for each in resting:
        if each.claim_id in links:
            claims[each.influence_id].append(links[each.claim_id])
    judged = session.exec(select(Influence).order_by(col(Influence.ordinal))).all()
    known = [row for row in judged if row.visible_from <= viewpoint.as_of]
    return CrossImpact(
        descriptors=tuple(DescriptorLine(row.id, row.area_id, tuple(outcomes[row.id])) for row in descriptors),
        influences=tuple(
            InfluenceLine(
                id=row.id,
                cause=(row.cause_descriptor_id, row.cause_outcome),
                effect=(row.effect_descriptor_id, row.effect_outcome),
                value=row.value,
                reason=viewpoint.text(row, "reason"),
                basis=row.basis,
                claims=tuple(claims[row.id]),
            )
            for row in known
        ),
        left_out=len(judged) - len(known),
    )
