"""The strict shape of every entry an analyst writes.

Every scalar of the YAML arrives as the text that was typed (see ``app.dossier.reading``), so ``NO``, ``1.10`` and
``0501`` stay what they are; the models below turn text into numbers and words where a field asks for them.
Entries refer to one another by id: a ``Reference`` on a field's type names the kind it points to, and
``app.dossier.checking`` follows all of them in one place.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Struct
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
)

from app.dates import IncompleteDate
from app.vocabulary import (
    Access,
    Attribution,
    Basis,
    Bound,
    ClaimKind,
    ClaimRelation,
    ClaimStatus,
    ConditionScope,
    Consistency,
    Credibility,
    DevelopmentKind,
    Direction,
    FeedKind,
    Firmness,
    Flag,
    Horizon,
    IssueStatus,
    LikelihoodWord,
    PartyKind,
    PositionKind,
    Rank,
    Reliability,
    ScenarioStatus,
    SourceKind,
    Stance,
    Strength,
    TermKind,
    Unit,
)

VERBATIM_WORDS = 8
"""The most words of somebody else's text that the dossier may hold in one place."""

_OPENING = {"«": "»", "“": "”"}
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_WORD = re.compile(r"[^\W_]+(?:[.,'’\-][^\W_]+)*")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")


def count_words(text: str) -> int:
    """Count words; a run of ideographs, which has no spaces, counts one word for every two signs."""
    ideographs = len(_IDEOGRAPH.findall(text))
    return len(_WORD.findall(_IDEOGRAPH.sub(" ", text))) + (ideographs + 1) // 2


def quotations(text: str) -> Iterator[str]:
    """What stands between quotation marks, quotations within quotations included."""
    yield from re.findall(r'"([^"]*)"', text)
    for opening, closing in _OPENING.items():
        starts: list[int] = []
        for place, sign in enumerate(text):
            if sign == opening:
                starts.append(place + 1)
            elif sign == closing and starts:
                yield text[starts.pop() : place]


def _own_words(text: str) -> str:
    for quoted in quotations(text):
        if (words := count_words(quoted)) > VERBATIM_WORDS:
            raise ValueError(f"quotes {words} words in a row; expected at most {VERBATIM_WORDS} verbatim words")
    return text


def _short(text: str) -> str:
    if (words := count_words(text)) > VERBATIM_WORDS:
        raise ValueError(f"holds {words} verbatim words; expected at most {VERBATIM_WORDS}")
    return text


def _phrase(text: str) -> str:
    if not (text[0].isalnum() and text[-1].isalnum()):
        raise ValueError(f"{text!r} begins or ends with no word, expected a word or a phrase as it stands in a text")
    return _short(text)


def _date(text: str) -> str:
    return IncompleteDate.parse(text).text


def _digits(text: Any) -> Any:
    """Python takes ``1_000``, ``１３`` and ``1e999999`` for numbers; a person does not."""
    if isinstance(text, str) and not _NUMBER.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is not a number; expected digits such as 13000000000 or 32.5")
    return Decimal(text) if isinstance(text, str) else text


def _influence(text: Any) -> Any:
    """A judgement of cross-impact is a whole number on a scale of seven; what has none is left out."""
    if isinstance(text, str) and not re.fullmatch(r"[+-]?[1-3]", text, re.ASCII):
        raise ValueError(f"{text[:60]!r} is no influence; expected a whole number from -3 to 3 that is not 0")
    return int(text) if isinstance(text, str) else text


class Reference(Struct, frozen=True):
    """Marks a field whose text is the id of an entry of another kind."""

    kind: str


Slug = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64, description="lower-case words joined by hyphens"),
]
LocatorId = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+([.\-][A-Za-z0-9]+)*$", max_length=32)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$", description="a two-letter language code")]
Prose = Annotated[str, Field(min_length=1, max_length=900), AfterValidator(_own_words)]
DateText = Annotated[
    str,
    AfterValidator(_date),
    WithJsonSchema({"type": ["string", "integer"], "description": "YYYY, YYYY-MM or YYYY-MM-DD"}),
]
Number = Annotated[
    Decimal,
    BeforeValidator(_digits),
    WithJsonSchema({"type": ["string", "number"], "description": "the whole number, never in millions"}),
]

Influencing = Annotated[
    int,
    BeforeValidator(_influence),
    WithJsonSchema({"type": ["integer", "string"], "description": "-3 hinders strongly, 3 favours strongly, never 0"}),
]

IssueId = Annotated[str, Reference("issues")]
PartyId = Annotated[str, Reference("parties")]
DriverId = Annotated[str, Reference("drivers")]
AreaId = Annotated[str, Reference("areas")]
SourceId = Annotated[str, Reference("sources")]
ClaimId = Annotated[str, Reference("claims")]
MeasureId = Annotated[str, Reference("measures")]
ConditionId = Annotated[str, Reference("conditions")]
ScenarioId = Annotated[str, Reference("scenarios")]
FigureId = Annotated[str, Reference("figures")]
DescriptorId = Annotated[str, Reference("descriptors")]
TopicId = Annotated[str, Reference("topics")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Text(Strict):
    """The same thing said in both languages, in our own words."""

    en: Prose
    fr: Prose


def _name_or_text(given: Any) -> str:
    return "<text>" if isinstance(given, dict | Text) else "<name>"


Publisher = Annotated[
    Annotated[str, Field(min_length=1, max_length=120), Tag("<name>")] | Annotated[Text, Tag("<text>")],
    Discriminator(_name_or_text),
]


class Wording(Strict):
    """A few words exactly as a source has them, with their language."""

    text: Annotated[str, Field(min_length=1), AfterValidator(_short)]
    language: Language


class Entry(Strict):
    id: Slug


class Addressed(Entry):
    """An entry with an address of its own, which people keep."""

    formerly: tuple[Slug, ...] = Field(
        default=(), description="ids that it was published under before: their addresses lead to it"
    )


class Edition(Entry):
    """What holds for the dossier as a whole; there is exactly one."""

    name: Text
    compiled: DateText = Field(description="the last day on which the record was searched")


class Issue(Addressed):
    name: Text
    question: Text
    parties: tuple[PartyId, ...] = Field(min_length=1, description="the parties of its ledger, in order")


class Party(Addressed):
    kind: PartyKind
    name: Text
    role: Text


class Driver(Entry):
    name: Text
    description: Text
    issues: tuple[IssueId, ...] = Field(min_length=1)


class Area(Addressed):
    name: Text
    question: Text


class Locator(Strict):
    id: LocatorId
    gist: Text
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        default=None, description="the digest of the passage's exact text, to know it by where somebody holds it"
    )


class Source(Addressed):
    kind: SourceKind
    title: Text = Field(description="what the document is, in our words")
    publisher: Publisher = Field(description="its name; in both languages where it is a description")
    language: Language
    published: DateText
    published_basis: Text | None = Field(default=None, description="why this date, where the source states none")
    access: Access
    url: Annotated[str, Field(pattern=r"^https://[^\s]+$")] | None = None
    relays: SourceId | None = Field(default=None, description="the source whose report this one passes on")
    reliability: Reliability
    basis: Text = Field(description="one line: why this reliability")
    record: tuple[Slug, ...] = Field(default=(), description="entries of the research record it stands for")
    note: Text | None = None
    locators: tuple[Locator, ...] = ()


class StatusChange(Strict):
    """From ``since`` on, the claim stands so; ``by`` names the claim that changed it."""

    value: ClaimStatus
    since: DateText
    by: ClaimId | None = None
    reason: Text | None = None


class RankChange(Strict):
    """From ``since`` on, the claim ranks so among those that speak of the same thing."""

    value: Rank
    since: DateText
    reason: Text


class Evidence(Strict):
    source: SourceId
    locator: LocatorId = "whole"
    stance: Stance = Stance.SUPPORTS
    credibility: Credibility
    wording: Wording | None = None


class Relation(Strict):
    kind: ClaimRelation
    claim: ClaimId


class Claim(Addressed):
    text: Text
    kind: ClaimKind
    issues: tuple[IssueId, ...] = Field(min_length=1)
    parties: tuple[PartyId, ...] = Field(min_length=1)
    drivers: tuple[DriverId, ...] = ()
    impacts: tuple[AreaId, ...] = ()
    flags: tuple[Flag, ...] = ()
    attribution: Attribution
    speakers: tuple[PartyId, ...] = Field(default=(), description="who said it, where a party did")
    happened: DateText | None = Field(default=None, description="when what it says took place or held")
    status: tuple[StatusChange, ...] = Field(min_length=1)
    rank: tuple[RankChange, ...] = Field(
        default=(),
        description="`normal` unless said; contradicted and superseded claims are `deprecated` by themselves",
    )
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    relations: tuple[Relation, ...] = ()


class Standing(Strict):
    """A development sets where an issue stands, and the sentence that says so."""

    issue: IssueId
    status: IssueStatus
    sentence: Text


class ScenarioChange(Strict):
    scenario: ScenarioId
    status: ScenarioStatus


class Development(Entry):
    date: DateText
    kind: DevelopmentKind
    title: Text
    issues: tuple[IssueId, ...] = Field(min_length=1)
    parties: tuple[PartyId, ...] = Field(min_length=1)
    claims: tuple[ClaimId, ...] = Field(min_length=1)
    standings: tuple[Standing, ...] = ()
    scenarios: tuple[ScenarioChange, ...] = ()
    overall: Text | None = Field(default=None, description="where the whole dispute stands from this day on")


class Position(Entry):
    issue: IssueId
    party: PartyId
    kind: PositionKind
    text: Text
    claim: ClaimId
    since: DateText
    until: DateText | None = None


class Measure(Entry):
    name: Text
    definition: Text


class Condition(Entry):
    name: Text
    scope: ConditionScope = ConditionScope.EVENT


class Reading(Strict):
    """One source's value of a figure."""

    id: Slug
    claim: ClaimId
    source: SourceId
    locator: LocatorId = "whole"
    value: Number
    upper: Number | None = Field(default=None, description="the upper end, where the source gives a range")
    bound: Bound
    measure: MeasureId
    condition: ConditionId
    as_of: DateText
    literal: Wording | None = None
    renders: SourceId | None = Field(
        default=None, description="the original report whose statement this value passes on, if it is known"
    )


class Figure(Addressed):
    name: Text
    description: Text
    unit: Unit
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    issues: tuple[IssueId, ...] = Field(min_length=1)
    parties: tuple[PartyId, ...] = Field(min_length=1)
    readings: tuple[Reading, ...] = Field(min_length=1)


class Expectation(Entry):
    """What somebody said would happen by a date; ``met`` is the claim that shows it did."""

    text: Text
    issues: tuple[IssueId, ...] = Field(min_length=1)
    due: DateText
    announced: ClaimId
    met: ClaimId | None = None


class Signpost(Strict):
    id: Slug
    text: Text
    seen: ClaimId | None = Field(default=None, description="the claim that shows it was seen")
    seen_on: DateText | None = None


class Scenario(Addressed):
    name: Text
    definition: Text
    condition: Text = Field(description="the if-clause")
    start: DateText
    horizon: DateText
    signposts: tuple[Signpost, ...] = Field(min_length=1)


class Likelihood(Strict):
    """How likely somebody holds an effect to be; the band of chances follows from the word."""

    word: LikelihoodWord
    author: Publisher = Field(description="who estimated it; in both languages where it is a description")
    date: DateText = Field(description="when it was estimated")
    basis: Text = Field(description="what the estimate rests on")


class Impact(Entry):
    scenario: ScenarioId
    area: AreaId
    direction: Direction
    strength: Strength
    horizon: Horizon
    firmness: Firmness
    bearer: Text
    reasoning: Text
    claims: tuple[ClaimId, ...] = ()
    likelihood: Likelihood | None = Field(default=None, description="only where somebody on file estimated one")


class Rating(Strict):
    """How a claim bears on a scenario, and why."""

    scenario: ScenarioId
    value: Consistency
    reason: Text = Field(description="one line: why, judged against the scenario's definition; of this claim alone")


class RatedClaim(Entry):
    """A claim rated against every scenario."""

    claim: ClaimId
    ratings: tuple[Rating, ...] = Field(min_length=1)


class Outcome(Strict):
    id: Slug
    name: Text = Field(description="a short clause that says what comes about")


class Descriptor(Entry):
    """One impact area as cross-impact sees it: exactly one of its outcomes comes about."""

    area: AreaId
    outcomes: tuple[Outcome, ...] = Field(min_length=2, max_length=3)


class Side(Strict):
    """One outcome of one descriptor."""

    descriptor: DescriptorId
    outcome: Slug


class Influence(Entry):
    """How far one outcome, if it comes about, hinders or favours an outcome of another descriptor."""

    cause: Side
    effect: Side
    value: Influencing
    reason: Text
    claims: tuple[ClaimId, ...] = ()
    basis: Basis | None = Field(default=None, description="`editor` where no claim carries the judgement")


class Input(Strict):
    """A quantity of a calculation: a figure, and the readings that may be taken for it, the default first."""

    name: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=32)]
    label: Text
    figure: FigureId
    readings: tuple[Slug, ...] = Field(min_length=1, description="the default first")
    literal: Slug | None = Field(default=None, description="the reading that has the founding article's own number")


class Calculation(Entry):
    """Arithmetic on figures, or the reason why the record does not allow it."""

    name: Text
    question: Text
    formula: Annotated[str, Field(min_length=1)] | None = None
    unit: Unit | None = Field(default=None, description="of the result")
    inputs: tuple[Input, ...] = ()
    caution: Text | None = None
    not_computable: Text | None = None


Phrase = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_phrase)]


class Forms(Strict):
    """The words under which a term stands in texts, by the language of the text."""

    en: tuple[Phrase, ...] = ()
    fr: tuple[Phrase, ...] = ()
    zh: tuple[Phrase, ...] = ()


class Term(Entry):
    kind: TermKind
    term: Text
    definition: Text
    caution: Text | None = None
    forms: Forms | None = Field(default=None, description="where it misleads: marked wherever a text has these words")
    claims: tuple[ClaimId, ...] = ()


class Topic(Entry):
    """Words that tie what somebody publishes to an issue."""

    issue: IssueId
    terms: tuple[Phrase, ...] = Field(min_length=1, description="at least one of them is in the text")
    parties: tuple[PartyId, ...] = Field(default=(), description="at least one is named too, or the feed is about it")


class Feed(Entry):
    """Where a publisher says what is new. What it says is never evidence by itself."""

    kind: FeedKind
    publisher: Annotated[str, Field(min_length=1, max_length=120)]
    language: Language = "en"
    address: Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=2000)]
    topics: tuple[TopicId, ...] = Field(default=(), description="only entries on one of them count")
    issues: tuple[IssueId, ...] = Field(default=(), description="what every entry bears on, whatever its words")
    parties: tuple[PartyId, ...] = Field(default=(), description="whom every entry is about, whatever its words")
    forms: tuple[Annotated[str, Field(min_length=1, max_length=20)], ...] = Field(
        default=(), description="of an `edgar` feed: the form types that count, such as 8-K"
    )


class Dismissal(Entry):
    """A mention that an editor has looked at and that calls for nothing; its id is that of the mention."""

    reason: Annotated[str, Field(min_length=1, max_length=200)]


KINDS: dict[str, type[Entry]] = {
    "edition": Edition,
    "issues": Issue,
    "parties": Party,
    "drivers": Driver,
    "areas": Area,
    "sources": Source,
    "claims": Claim,
    "developments": Development,
    "positions": Position,
    "measures": Measure,
    "conditions": Condition,
    "figures": Figure,
    "expectations": Expectation,
    "scenarios": Scenario,
    "impacts": Impact,
    "consistency": RatedClaim,
    "descriptors": Descriptor,
    "influences": Influence,
    "exposure": Calculation,
    "glossary": Term,
    "topics": Topic,
    "watch": Feed,
    "dismissed": Dismissal,
}
"""Every kind of entry: the name of its file or folder below ``dossier/``, and its shape."""


class Dossier(Struct, frozen=True):
    """A whole dossier that has passed every check; each kind in the order of its files."""

    edition: Edition
    issues: tuple[Issue, ...]
    parties: tuple[Party, ...]
    drivers: tuple[Driver, ...]
    areas: tuple[Area, ...]
    sources: tuple[Source, ...]
    claims: tuple[Claim, ...]
    developments: tuple[Development, ...]
    positions: tuple[Position, ...]
    measures: tuple[Measure, ...]
    conditions: tuple[Condition, ...]
    figures: tuple[Figure, ...]
    expectations: tuple[Expectation, ...]
    scenarios: tuple[Scenario, ...]
    impacts: tuple[Impact, ...]
    consistency: tuple[RatedClaim, ...]
    descriptors: tuple[Descriptor, ...]
    influences: tuple[Influence, ...]
    exposure: tuple[Calculation, ...]
    glossary: tuple[Term, ...]
    topics: tuple[Topic, ...]
    watch: tuple[Feed, ...]
    dismissed: tuple[Dismissal, ...]
