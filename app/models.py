"""The tables of a release: one published, immutable state of the dossier.

Rows are written once, by ``app.publish``, from a dossier that has passed every check, and only ever read after that.
Texts stand in both languages side by side (``text_en``, ``text_fr``). A date that may be incomplete has three
columns: as it is known (``2025-06``), and the first and last day it may mean. ``visible_from`` is the day from which
a row's evidence had been published; a view of the dossier as of an earlier day leaves the row out.

What an entry is about (its issues, parties, status, sources, …) stands in one place, ``ListingTag``, which serves
the filter, the counts and the badges alike.
"""

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.model_config["defer_build"] = True
"""What would validate a row is not built: rows are made of a dossier that was checked, and read from a release."""

FOREVER = date(9999, 12, 31)
"""The end of what has no end yet; intervals include their first day and not their last."""


class Release(SQLModel, table=True):
    """What this file is; one row."""

    id: str = Field(primary_key=True)
    name_en: str
    name_fr: str
    compiled: date
    settled: date = date.min
    """The last day on which anything in the lists changes; publishing sets it once all rows are there."""


class Issue(SQLModel, table=True):
    id: str = Field(primary_key=True)
    ordinal: int
    name_en: str
    name_fr: str
    question_en: str
    question_fr: str


class Party(SQLModel, table=True):
    id: str = Field(primary_key=True)
    ordinal: int
    kind: str
    name_en: str
    name_fr: str
    role_en: str
    role_fr: str


class IssueParty(SQLModel, table=True):
    """The parties of an issue's position ledger, in order."""

    __tablename__ = "issue_party"

    issue_id: str = Field(primary_key=True, foreign_key="issue.id")
    party_id: str = Field(primary_key=True, foreign_key="party.id")
    ordinal: int


class Driver(SQLModel, table=True):
    id: str = Field(primary_key=True)
    ordinal: int
    name_en: str
    name_fr: str
    description_en: str
    description_fr: str


class DriverIssue(SQLModel, table=True):
    __tablename__ = "driver_issue"

    driver_id: str = Field(primary_key=True, foreign_key="driver.id")
    issue_id: str = Field(primary_key=True, foreign_key="issue.id")


class Area(SQLModel, table=True):
    """An impact area."""

    id: str = Field(primary_key=True)
    ordinal: int
    name_en: str
    name_fr: str
    question_en: str
    question_fr: str


class Source(SQLModel, table=True):
    id: str = Field(primary_key=True)
    ordinal: int
    kind: str
    title_en: str
    title_fr: str
    publisher_en: str
    publisher_fr: str
    language: str
    published: str
    published_first: date
    published_last: date
    published_basis_en: str | None
    published_basis_fr: str | None
    visible_from: date
    access: str
    url: str | None
    relays_id: str | None = Field(foreign_key="source.id")
    reliability: str
    basis_en: str
    basis_fr: str
    note_en: str | None
    note_fr: str | None


class Locator(SQLModel, table=True):
    """A passage of a source that claims can point to."""

    source_id: str = Field(primary_key=True, foreign_key="source.id")
    id: str = Field(primary_key=True)
    ordinal: int
    gist_en: str
    gist_fr: str
    sha256: str | None


class Claim(SQLModel, table=True):
    id: str = Field(primary_key=True)
    kind: str
    text_en: str
    text_fr: str
    attribution: str
    happened: str | None
    reported: str
    visible_from: date = Field(index=True)


class ClaimStanding(SQLModel, table=True):
    """How a claim stood from ``since`` until the day before ``until``."""

    __tablename__ = "claim_standing"

    claim_id: str = Field(primary_key=True, foreign_key="claim.id")
    since: date = Field(primary_key=True)
    until: date
    since_text: str
    status: str
    by_id: str | None = Field(foreign_key="claim.id")
    reason_en: str | None
    reason_fr: str | None


class ClaimRank(SQLModel, table=True):
    """How a claim ranked from ``since`` until the day before ``until``, and why; ``by_id`` is what overtook it."""

    __tablename__ = "claim_rank"

    claim_id: str = Field(primary_key=True, foreign_key="claim.id")
    since: date = Field(primary_key=True)
    until: date
    since_text: str
    rank: str
    by_id: str | None = Field(foreign_key="claim.id")
    reason_en: str | None
    reason_fr: str | None


class Evidence(SQLModel, table=True):
    """A source cited for a claim, with the place in it."""

    claim_id: str = Field(primary_key=True, foreign_key="claim.id")
    ordinal: int = Field(primary_key=True)
    source_id: str = Field(foreign_key="source.id", index=True)
    locator: str
    stance: str
    credibility: str
    wording: str | None
    wording_language: str | None


class ClaimRelation(SQLModel, table=True):
    """``claim_id`` contradicts, repeats, corrects … ``other_id``; stored once, shown from both sides."""

    __tablename__ = "claim_relation"

    claim_id: str = Field(primary_key=True, foreign_key="claim.id")
    kind: str = Field(primary_key=True)
    other_id: str = Field(primary_key=True, foreign_key="claim.id", index=True)


class ContradictingPair(SQLModel, table=True):
    """A claim that contradicts or corrects another, in the order in which such pairs are shown: made at publishing.

    ``visible_from`` is the day from which both claims are known.
    """

    __tablename__ = "contradicting_pair"

    ordinal: int = Field(primary_key=True)
    claim_id: str = Field(foreign_key="claim.id")
    kind: str
    other_id: str = Field(foreign_key="claim.id")
    visible_from: date = Field(index=True)


class Development(SQLModel, table=True):
    id: str = Field(primary_key=True)
    kind: str
    title_en: str
    title_fr: str
    happened: str
    happened_first: date
    happened_last: date
    visible_from: date


class DevelopmentClaim(SQLModel, table=True):
    __tablename__ = "development_claim"

    development_id: str = Field(primary_key=True, foreign_key="development.id")
    ordinal: int = Field(primary_key=True)
    claim_id: str = Field(foreign_key="claim.id", index=True)


class IssueStanding(SQLModel, table=True):
    """A development set where an issue stands; the latest visible one is where it stands."""

    __tablename__ = "issue_standing"

    issue_id: str = Field(primary_key=True, foreign_key="issue.id")
    development_id: str = Field(primary_key=True, foreign_key="development.id")
    status: str
    sentence_en: str
    sentence_fr: str


class OverallStanding(SQLModel, table=True):
    """The sentence for the whole dispute from a development on."""

    __tablename__ = "overall_standing"

    development_id: str = Field(primary_key=True, foreign_key="development.id")
    sentence_en: str
    sentence_fr: str


class ScenarioStanding(SQLModel, table=True):
    __tablename__ = "scenario_standing"

    scenario_id: str = Field(primary_key=True, foreign_key="scenario.id")
    development_id: str = Field(primary_key=True, foreign_key="development.id")
    status: str


class Position(SQLModel, table=True):
    """What a party asks, offers, refuses or holds as leverage, from ``since`` until the day before ``until``."""

    id: str = Field(primary_key=True)
    issue_id: str = Field(foreign_key="issue.id", index=True)
    party_id: str = Field(foreign_key="party.id")
    kind: str
    text_en: str
    text_fr: str
    claim_id: str = Field(foreign_key="claim.id")
    since_text: str
    since: date
    until_text: str | None
    until: date


class Expectation(SQLModel, table=True):
    """What was said to happen by ``due_last``; it is visible from its announcement and met from ``met_from``."""

    id: str = Field(primary_key=True)
    ordinal: int
    text_en: str
    text_fr: str
    due: str
    due_last: date
    announced_id: str = Field(foreign_key="claim.id")
    met_id: str | None = Field(foreign_key="claim.id")
    visible_from: date
    met_from: date


class ExpectationIssue(SQLModel, table=True):
    __tablename__ = "expectation_issue"

    expectation_id: str = Field(primary_key=True, foreign_key="expectation.id")
    issue_id: str = Field(primary_key=True, foreign_key="issue.id")


class Measure(SQLModel, table=True):
    id: str = Field(primary_key=True)
    name_en: str
    name_fr: str
    definition_en: str
    definition_fr: str


class Condition(SQLModel, table=True):
    id: str = Field(primary_key=True)
    name_en: str
    name_fr: str
    scope: str


class Figure(SQLModel, table=True):
    id: str = Field(primary_key=True)
    ordinal: int
    name_en: str
    name_fr: str
    description_en: str
    description_fr: str
    unit: str
    currency: str | None


class Reading(SQLModel, table=True):
    """One source's value of a figure; ``value`` and ``upper`` are decimals written as text, exact."""

    figure_id: str = Field(primary_key=True, foreign_key="figure.id")
    id: str = Field(primary_key=True)
    ordinal: int
    claim_id: str = Field(foreign_key="claim.id", index=True)
    source_id: str = Field(foreign_key="source.id")
    locator: str
    value: str
    upper: str | None
    bound: str
    measure_id: str = Field(foreign_key="measure.id")
    condition_id: str = Field(foreign_key="condition.id")
    as_of: str
    as_of_first: date
    as_of_last: date
    literal: str | None
    literal_language: str | None
    renders_id: str | None = Field(foreign_key="source.id")
    visible_from: date


class Scenario(SQLModel, table=True):
    id: str = Field(primary_key=True)
    ordinal: int
    name_en: str
    name_fr: str
    definition_en: str
    definition_fr: str
    condition_en: str
    condition_fr: str
    start: str
    horizon: str


class Signpost(SQLModel, table=True):
    """An observable that would show a scenario coming; ``seen`` names the claim that shows it was seen."""

    scenario_id: str = Field(primary_key=True, foreign_key="scenario.id")
    id: str = Field(primary_key=True)
    ordinal: int
    text_en: str
    text_fr: str
    seen_claim_id: str | None = Field(foreign_key="claim.id")
    seen_text: str | None
    visible_from: date = FOREVER


class Impact(SQLModel, table=True):
    """What a scenario would do in an area; a likelihood, where somebody estimated one, is in ``ImpactLikelihood``."""

    id: str = Field(primary_key=True)
    scenario_id: str = Field(foreign_key="scenario.id")
    area_id: str = Field(foreign_key="area.id")
    direction: str
    strength: str
    horizon: str
    firmness: str
    bearer_en: str
    bearer_fr: str
    reasoning_en: str
    reasoning_fr: str
    visible_from: date


class ImpactClaim(SQLModel, table=True):
    __tablename__ = "impact_claim"

    impact_id: str = Field(primary_key=True, foreign_key="impact.id")
    ordinal: int = Field(primary_key=True)
    claim_id: str = Field(foreign_key="claim.id", index=True)


class ImpactLikelihood(SQLModel, table=True):
    """How likely an author holds an impact to be; ``estimated`` is the date of the estimate, as it is known."""

    __tablename__ = "impact_likelihood"

    impact_id: str = Field(primary_key=True, foreign_key="impact.id")
    word: str
    author_en: str
    author_fr: str
    estimated: str
    basis_en: str
    basis_fr: str
    visible_from: date


class RatedClaim(SQLModel, table=True):
    """A claim rated against the scenarios."""

    __tablename__ = "rated_claim"

    id: str = Field(primary_key=True)
    ordinal: int
    claim_id: str = Field(foreign_key="claim.id", unique=True)
    visible_from: date


class Rating(SQLModel, table=True):
    """Whether a rated claim is consistent with a scenario, and why."""

    rated_claim_id: str = Field(primary_key=True, foreign_key="rated_claim.id")
    scenario_id: str = Field(primary_key=True, foreign_key="scenario.id")
    value: str
    reason_en: str
    reason_fr: str


class Descriptor(SQLModel, table=True):
    """An impact area as cross-impact sees it: exactly one of its outcomes comes about."""

    id: str = Field(primary_key=True)
    ordinal: int
    area_id: str = Field(foreign_key="area.id")


class Outcome(SQLModel, table=True):
    descriptor_id: str = Field(primary_key=True, foreign_key="descriptor.id")
    id: str = Field(primary_key=True)
    ordinal: int
    name_en: str
    name_fr: str


class Influence(SQLModel, table=True):
    """How far one outcome favours (to 3) or hinders (to -3) another; ``basis`` stands where no claim carries it."""

    id: str = Field(primary_key=True)
    ordinal: int
    cause_descriptor_id: str = Field(foreign_key="descriptor.id")
    cause_outcome: str
    effect_descriptor_id: str = Field(foreign_key="descriptor.id")
    effect_outcome: str
    value: int
    reason_en: str
    reason_fr: str
    basis: str | None
    visible_from: date


class InfluenceClaim(SQLModel, table=True):
    __tablename__ = "influence_claim"

    influence_id: str = Field(primary_key=True, foreign_key="influence.id")
    ordinal: int = Field(primary_key=True)
    claim_id: str = Field(foreign_key="claim.id", index=True)


class Calculation(SQLModel, table=True):
    """Arithmetic on figures; ``formula`` and ``unit`` are empty where the record does not allow it."""

    id: str = Field(primary_key=True)
    ordinal: int
    name_en: str
    name_fr: str
    question_en: str
    question_fr: str
    formula: str | None
    unit: str | None
    caution_en: str | None
    caution_fr: str | None
    not_computable_en: str | None
    not_computable_fr: str | None


class CalculationInput(SQLModel, table=True):
    """A quantity of a calculation; ``literal`` is the reading with the founding article's own number."""

    __tablename__ = "calculation_input"

    calculation_id: str = Field(primary_key=True, foreign_key="calculation.id")
    name: str = Field(primary_key=True)
    ordinal: int
    label_en: str
    label_fr: str
    figure_id: str = Field(foreign_key="figure.id")
    literal: str | None


class CalculationReading(SQLModel, table=True):
    """A reading that may be taken for an input; the first is the default."""

    __tablename__ = "calculation_reading"

    calculation_id: str = Field(primary_key=True, foreign_key="calculation.id")
    input_name: str = Field(primary_key=True)
    ordinal: int = Field(primary_key=True)
    reading_id: str


class Term(SQLModel, table=True):
    id: str = Field(primary_key=True)
    ordinal: int
    kind: str
    term_en: str
    term_fr: str
    definition_en: str
    definition_fr: str
    caution_en: str | None
    caution_fr: str | None


class TermForm(SQLModel, table=True):
    """A word or phrase that is marked as the term in texts of a language."""

    __tablename__ = "term_form"

    term_id: str = Field(primary_key=True, foreign_key="term.id")
    language: str = Field(primary_key=True)
    form: str = Field(primary_key=True)


class TermClaim(SQLModel, table=True):
    __tablename__ = "term_claim"

    term_id: str = Field(primary_key=True, foreign_key="term.id")
    ordinal: int = Field(primary_key=True)
    claim_id: str = Field(foreign_key="claim.id")


class ListingItem(SQLModel, table=True):
    """An entry of one of the filterable lists, with the days it may belong to.

    ``position`` counts the entries of all lists in the order of ``first``; publishing sets it once all rows are there.
    """

    __tablename__ = "listing_item"
    __table_args__ = (
        Index("ix_listing_item_date", "listing", "first", "ordinal"),
        Index("ix_listing_item_ordinal", "listing", "ordinal"),
        Index("ix_listing_item_position", "position", unique=True),
    )

    listing: str = Field(primary_key=True)
    item: str = Field(primary_key=True)
    ordinal: int
    first: date
    last: date
    visible_from: date
    position: int = 0


class ListingTag(SQLModel, table=True):
    """One thing that can be said of an entry: ``parameter`` is the filter's, ``value`` one of its values.

    It holds from ``since`` until the day before ``until``, so that a status, or a source published later, counts
    only from its day on. In the key the day stands before the value: see decision 0009.
    """

    __tablename__ = "listing_tag"
    __table_args__ = (Index("ix_listing_tag_value", "listing", "parameter", "value", "item"),)

    listing: str = Field(primary_key=True)
    item: str = Field(primary_key=True)
    parameter: str = Field(primary_key=True)
    since: date = Field(primary_key=True)
    value: str = Field(primary_key=True)
    until: date


class FormerId(SQLModel, table=True):
    """An id under which an entry with an address of its own was published before."""

    __tablename__ = "former_id"

    kind: str = Field(primary_key=True)
    former: str = Field(primary_key=True)
    id: str


class ReviewedMention(SQLModel, table=True):
    """A mention that somebody has dealt with: dismissed, or on file as a source; ``id`` is that of the mention."""

    __tablename__ = "reviewed_mention"

    id: str = Field(primary_key=True)
    source_id: str | None = Field(default=None, foreign_key="source.id")


class ListingSet(SQLModel, table=True):
    """The entries of a list that have a value from ``Release.settled`` on, as a compressed set of their positions.

    See decision 0022 for the two parameters that no filter has.
    """

    __tablename__ = "listing_set"

    listing: str = Field(primary_key=True)
    parameter: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    positions: bytes


class ListingChange(SQLModel, table=True):
    """What changes on a day in the sets of the lists: the positions that come or go, as a compressed set.

    Where it is ``whole``, it stands for all changes of before that day. See decision 0040 for what they change.
    """

    __tablename__ = "listing_change"

    day: date = Field(primary_key=True)
    whole: bool = Field(primary_key=True)
    listing: str = Field(primary_key=True)
    parameter: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    positions: bytes
