"""Claims with their evidence, their status as of a day, and what else rests on them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from msgspec import Struct
from sqlalchemy import bindparam
from sqlmodel import Session, col, or_, select

from app.models import (
    Claim,
    ClaimRank,
    ClaimRelation,
    ClaimStanding,
    Development,
    DevelopmentClaim,
    Evidence,
    Figure,
    Impact,
    ImpactClaim,
    Locator,
    Position,
    RatedClaim,
    Rating,
    Reading,
    Scenario,
    Source,
    Term,
    TermClaim,
)
from app.queries.ladder import Rung, read_chains, voice
from app.queries.listings import read_tags
from app.queries.sets import sets_as_of
from app.queries.viewpoint import Viewpoint
from app.vocabulary import Consistency, Listing, Stance


class EvidenceLine(Struct, frozen=True):
    """A source cited for a claim: who, where in it, how reliable, how it was read, and its words if recorded.

    ``chain`` leads from the source back to whoever stands behind what it says.
    """

    source: str
    publisher: str
    title: str
    published: str
    locator: str
    stance: str
    reliability: str
    credibility: str
    access: str
    url: str | None
    wording: str | None
    wording_language: str | None
    chain: tuple[Rung, ...]


class RelatedClaim(Struct, frozen=True):
    """Another claim, and how this one bears on it; ``inverse`` when it is the other that bears on this one."""

    kind: str
    inverse: bool
    id: str
    text: str


class ClaimCard(Struct, frozen=True):
    id: str
    text: str
    kind: str
    attribution: str
    speakers: tuple[str, ...]
    status: str
    rank: str
    happened: str | None
    reported: str
    issues: tuple[str, ...]
    parties: tuple[str, ...]
    drivers: tuple[str, ...]
    impacts: tuple[str, ...]
    flags: tuple[str, ...]
    evidence: tuple[EvidenceLine, ...]
    related: tuple[RelatedClaim, ...]


class ClaimLink(Struct, frozen=True):
    """Just enough of a claim to point to it."""

    id: str
    text: str
    status: str
    rank: str


class StandingLine(Struct, frozen=True):
    """A span of a claim's status, with the claim that brought it about."""

    status: str
    since: str
    by: ClaimLink | None
    reason: str | None


class RankLine(Struct, frozen=True):
    """A span of a claim's rank, with what the editors say of it or the claim that overtook it."""

    rank: str
    since: str
    by: ClaimLink | None
    reason: str | None


class Use(Struct, frozen=True):
    """Something that rests on a claim: ``kind`` says what, ``id`` leads to it, ``text`` names it."""

    kind: str
    id: str
    text: str


class ClaimDetail(Struct, frozen=True):
    card: ClaimCard
    history: tuple[StandingLine, ...]
    ranks: tuple[RankLine, ...]
    uses: tuple[Use, ...]


# What every list asks is built once: SQLAlchemy takes a third of a statement's time to build it.
_IDS: Any = bindparam("ids", expanding=True)
_AS_OF: Any = bindparam("as_of")
_CLAIMS = select(Claim).where(col(Claim.id).in_(_IDS), col(Claim.visible_from) <= _AS_OF)
_EVIDENCE = (
    select(Evidence, Source)
    .join(Source, col(Source.id) == col(Evidence.source_id))
    .where(col(Evidence.claim_id).in_(_IDS), col(Source.visible_from) <= _AS_OF)
    .order_by(Evidence.claim_id, col(Evidence.ordinal))
)
_RELATIONS = (
    select(ClaimRelation)
    .where(or_(col(ClaimRelation.claim_id).in_(_IDS), col(ClaimRelation.other_id).in_(_IDS)))
    .order_by(ClaimRelation.claim_id, ClaimRelation.kind, ClaimRelation.other_id)
)
_LINKS = (
    select(Claim, ClaimStanding.status, ClaimRank.rank)
    .join(ClaimStanding, col(ClaimStanding.claim_id) == col(Claim.id))
    .join(ClaimRank, col(ClaimRank.claim_id) == col(Claim.id))
    .where(
        col(Claim.id).in_(_IDS),
        col(Claim.visible_from) <= _AS_OF,
        col(ClaimStanding.since) <= _AS_OF,
        col(ClaimStanding.until) > _AS_OF,
        col(ClaimRank.since) <= _AS_OF,
        col(ClaimRank.until) > _AS_OF,
    )
    .order_by(Claim.id)
)


def read_claims(session: Session, *, ids: Sequence[str], viewpoint: Viewpoint) -> tuple[ClaimCard, ...]:
    """The claims of these ids that are visible, in the order of the ids."""
    if not ids:
        return ()
    rows = {row.id: row for row in session.exec(_CLAIMS, params={"ids": ids, "as_of": viewpoint.as_of})}
    tags = read_tags(session, listing=Listing.CLAIMS, ids=list(rows), as_of=viewpoint.as_of)
    voices = {each: voice(row.attribution, tags[each].get("speaker", ())) for each, row in rows.items()}
    evidence = _read_evidence(session, voices, viewpoint)
    related = _read_related(session, list(rows), viewpoint)
    cards = []
    for identifier in ids:
        if (row := rows.get(identifier)) is None:
            continue
        said = tags[identifier]
        cards.append(
            ClaimCard(
                id=row.id,
                text=viewpoint.text(row, "text"),
                kind=row.kind,
                attribution=row.attribution,
                speakers=said.get("speaker", ()),
                status=said["status"][0],
                rank=said["rank"][0],
                happened=row.happened,
                reported=row.reported,
                issues=said.get("issue", ()),
                parties=said.get("party", ()),
                drivers=said.get("driver", ()),
                impacts=said.get("impact", ()),
                flags=said.get("flag", ()),
                evidence=tuple(evidence[identifier]),
                related=tuple(related[identifier]),
            )
        )
    return tuple(cards)


def _read_evidence(
    session: Session, voices: Mapping[str, Rung], viewpoint: Viewpoint
) -> Mapping[str, list[EvidenceLine]]:
    """The published sources cited for each claim, with the chain behind each; ``voices`` ends that of support.

    Whoever stands behind a claim does not stand behind what speaks against it, so there the chain ends with a source.
    """
    lines: dict[str, list[EvidenceLine]] = defaultdict(list)
    rows = session.exec(_EVIDENCE, params={"ids": list(voices), "as_of": viewpoint.as_of}).all()
    chains = read_chains(session, ids=sorted({source.id for _, source in rows}), viewpoint=viewpoint)
    for evidence, source in rows:
        lines[evidence.claim_id].append(
            EvidenceLine(
                source=source.id,
                publisher=viewpoint.text(source, "publisher"),
                title=viewpoint.text(source, "title"),
                published=source.published,
                locator=evidence.locator,
                stance=evidence.stance,
                reliability=source.reliability,
                credibility=evidence.credibility,
                access=source.access,
                url=source.url,
                wording=evidence.wording,
                wording_language=evidence.wording_language,
                chain=(
                    *chains[source.id],
                    *([voices[evidence.claim_id]] if evidence.stance == Stance.SUPPORTS else []),
                ),
            )
        )
    return lines


def _read_related(session: Session, ids: Sequence[str], viewpoint: Viewpoint) -> Mapping[str, list[RelatedClaim]]:
    """Relations from both sides, leaving out claims that are not visible yet."""
    related: dict[str, list[RelatedClaim]] = defaultdict(list)
    wanted = set(ids)
    relations = session.exec(_RELATIONS, params={"ids": ids}).all()
    others = {each.other_id for each in relations} | {each.claim_id for each in relations}
    links = claim_links(session, ids=sorted(others), viewpoint=viewpoint)
    for each in relations:
        for here, there, inverse in ((each.claim_id, each.other_id, False), (each.other_id, each.claim_id, True)):
            if here in wanted and there in links:
                related[here].append(RelatedClaim(each.kind, inverse, there, links[there].text))
    return related


def claim_links(session: Session, *, ids: Sequence[str], viewpoint: Viewpoint) -> Mapping[str, ClaimLink]:
    """The visible claims among these ids, with their status, by id."""
    rows = session.exec(_LINKS, params={"ids": ids, "as_of": viewpoint.as_of})
    return {row.id: ClaimLink(row.id, viewpoint.text(row, "text"), status, rank) for row, status, rank in rows}


def link_claims(session: Session, *, ids: Sequence[str], viewpoint: Viewpoint) -> tuple[ClaimLink, ...]:
    """The same in the order of the ids."""
    found = claim_links(session, ids=ids, viewpoint=viewpoint)
    return tuple(found[each] for each in ids if each in found)


def read_claim(session: Session, *, identifier: str, viewpoint: Viewpoint) -> ClaimDetail | None:
    """One claim with its history and everything that rests on it; ``None`` where it is not known on that day."""
    cards = read_claims(session, ids=[identifier], viewpoint=viewpoint)
    if not cards:
        return None
    return ClaimDetail(
        card=cards[0],
        history=_read_history(session, identifier, viewpoint),
        ranks=_read_ranks(session, identifier, viewpoint),
        uses=_read_uses(session, identifier, viewpoint),
    )


def _read_history(session: Session, identifier: str, viewpoint: Viewpoint) -> tuple[StandingLine, ...]:
    return tuple(
        StandingLine(row.status, row.since_text, by, viewpoint.text_or_none(row, "reason"))
        for row, by in _read_spans(session, ClaimStanding, identifier, viewpoint)
    )


def _read_ranks(session: Session, identifier: str, viewpoint: Viewpoint) -> tuple[RankLine, ...]:
    return tuple(
        RankLine(row.rank, row.since_text, by, viewpoint.text_or_none(row, "reason"))
        for row, by in _read_spans(session, ClaimRank, identifier, viewpoint)
    )


Span = TypeVar("Span", ClaimStanding, ClaimRank)


def _read_spans(
    session: Session, kind: type[Span], identifier: str, viewpoint: Viewpoint
) -> list[tuple[Span, ClaimLink | None]]:
    """The spans of a claim's history, oldest first, each with the visible claim that brought it about."""
    rows = session.exec(
        select(kind).where(kind.claim_id == identifier, kind.since <= viewpoint.as_of).order_by(col(kind.since))
    ).all()
    causes = claim_links(session, ids=[row.by_id for row in rows if row.by_id], viewpoint=viewpoint)
    return [(row, causes.get(row.by_id) if row.by_id else None) for row in rows]


def _read_uses(session: Session, identifier: str, viewpoint: Viewpoint) -> tuple[Use, ...]:
    as_of = viewpoint.as_of
    developments = session.exec(
        select(Development)
        .join(DevelopmentClaim, col(DevelopmentClaim.development_id) == col(Development.id))
        .where(DevelopmentClaim.claim_id == identifier, Development.visible_from <= as_of)
        .order_by(col(Development.happened_first), Development.id)
    )
    figures = session.exec(
        select(Figure)
        .join(Reading, col(Reading.figure_id) == col(Figure.id))
        .where(Reading.claim_id == identifier, Reading.visible_from <= as_of)
        .order_by(col(Figure.ordinal))
        .distinct()
    )
    positions = session.exec(
        select(Position)
        .where(Position.claim_id == identifier, Position.since <= as_of)
        .order_by(Position.issue_id, Position.id)
    )
    impacts = session.exec(
        select(Impact)
        .join(ImpactClaim, col(ImpactClaim.impact_id) == col(Impact.id))
        .where(ImpactClaim.claim_id == identifier, Impact.visible_from <= as_of)
        .order_by(Impact.id)
    )
    terms = session.exec(
        select(Term)
        .join(TermClaim, col(TermClaim.term_id) == col(Term.id))
        .where(TermClaim.claim_id == identifier)
        .order_by(col(Term.ordinal))
    )
    scenarios = session.exec(
        select(Scenario)
        .join(Rating, col(Rating.scenario_id) == col(Scenario.id))
        .join(RatedClaim, col(RatedClaim.id) == col(Rating.rated_claim_id))
        .where(
            RatedClaim.claim_id == identifier,
            RatedClaim.visible_from <= as_of,
            Rating.value != Consistency.NOT_APPLICABLE,
        )
        .order_by(col(Scenario.ordinal))
    ).all()
    bears_on = ", ".join(viewpoint.text(each, "name") for each in scenarios)
    return (
        *(Use("development", each.id, viewpoint.text(each, "title")) for each in developments),
        *(Use("figure", each.id, viewpoint.text(each, "name")) for each in figures),
        *(Use("position", each.issue_id, viewpoint.text(each, "text")) for each in positions),
        *(Use("impact", each.id, viewpoint.text(each, "reasoning")) for each in impacts),
        *(Use("term", each.id, viewpoint.text(each, "term")) for each in terms),
        *([Use("consistency", identifier, bears_on)] if scenarios else []),
    )


WHOLE = "whole"
"""The locator of what cites a source as a whole."""


class Passage(Struct, frozen=True):
    """A locator of a source, what stands there in our words, and the claims that rest on it.

    ``wordings`` are the words of it that claims and readings record; ``sha256`` is what its whole text is known by.
    """

    id: str
    gist: str
    claims: tuple[ClaimLink, ...]
    wordings: tuple[str, ...]
    sha256: str | None


def read_passages(
    session: Session, *, source: str, claims: Sequence[str], viewpoint: Viewpoint
) -> tuple[tuple[Passage, ...], tuple[ClaimLink, ...]]:
    """Every locator of a source in its order, used or not, and which of some claims rest on it as a whole."""
    rows = session.exec(
        select(Evidence.locator, Evidence.claim_id, Evidence.wording)
        .where(col(Evidence.claim_id).in_(claims), Evidence.source_id == source)
        .order_by(Evidence.claim_id, col(Evidence.ordinal))
    ).all()
    links = claim_links(session, ids=claims, viewpoint=viewpoint)
    cited: dict[str, list[ClaimLink]] = defaultdict(list)
    wordings: dict[str, list[str]] = defaultdict(list)
    for locator, claim, wording in rows:
        if claim in links:
            cited[locator].append(links[claim])
            wordings[locator] += [wording] if wording else []
    locators = session.exec(select(Locator).where(Locator.source_id == source).order_by(col(Locator.ordinal))).all()
    if not locators:
        return (), tuple(cited[WHOLE])
    literals = session.exec(
        select(Reading.locator, Reading.literal)
        .where(Reading.source_id == source, Reading.visible_from <= viewpoint.as_of)
        .order_by(Reading.figure_id, col(Reading.ordinal))
    )
    for locator, literal in literals:
        wordings[locator] += [literal] if literal else []
    passages = tuple(
        Passage(
            id=row.id,
            gist=viewpoint.text(row, "gist"),
            claims=tuple(cited[row.id]),
            wordings=tuple(dict.fromkeys(wordings[row.id])),
            sha256=row.sha256,
        )
        for row in locators
    )
    return passages, tuple(cited[WHOLE])


def newest_evidence(session: Session, *, as_of: date, issue: str | None = None) -> date | None:
    """The day of the newest source behind any claim, or behind those of one issue.

    A source whose day is not known counts from the first day it may be of: no page looks fresher than it surely is.
    """
    sets = sets_as_of(session, as_of)
    cited = sets.values.get(Listing.CLAIMS, {}).get("source", {})
    about = sets.all_of(Listing.CLAIMS) if issue is None else sets.having(Listing.CLAIMS, "issue", (issue,))
    days = session.exec(select(Source.id, col(Source.published_first)).order_by(Source.id))
    return max((day for source, day in days if source in cited and cited[source].intersect(about)), default=None)
