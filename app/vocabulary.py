"""The closed vocabularies of the dossier: the words that addresses, files, tables and pages share.

Each value is stored and shown in addresses as it stands here, so a value may be added and never renamed.
What a reader sees for each value is in ``app.rendering.labels``.
"""

from enum import StrEnum


class Attribution(StrEnum):
    """Who stands behind an assertion, from the firmest ground to none."""

    FILING = "filing"
    REGULATOR = "regulator"
    JOINT = "joint"
    PARTY = "party"
    REPORT = "report"
    UNNAMED = "unnamed"
    ANALYSTS = "analysts"
    NOBODY = "nobody"


class ClaimStatus(StrEnum):
    """How an assertion stands against the rest of the record."""

    CONFIRMED = "confirmed"
    REPORTED = "reported"
    DISPUTED = "disputed"
    CONTRADICTED = "contradicted"
    SUPERSEDED = "superseded"
    FORECAST = "forecast"


class Rank(StrEnum):
    """Which of several claims to go by today; a deprecated one stays on file and never counts as current."""

    PREFERRED = "preferred"
    NORMAL = "normal"
    DEPRECATED = "deprecated"


CURRENT = (Rank.PREFERRED, Rank.NORMAL)
"""The ranks of the claims that count."""

FALLEN = (ClaimStatus.CONTRADICTED, ClaimStatus.SUPERSEDED)
"""The statuses that deprecate a claim by themselves, for as long as they last."""


class ClaimKind(StrEnum):
    """What sort of assertion it is."""

    EVENT = "event"
    TERM = "term"
    POSITION = "position"
    AMOUNT = "amount"
    ASSESSMENT = "assessment"
    PREDICTION = "prediction"


class Flag(StrEnum):
    """A warning to the reader about the wording of a claim's source."""

    TRANSLATION = "translation"
    MAGNITUDE = "magnitude"
    CONDITION = "condition"
    MEASURE = "measure"
    DATE = "date"


class ClaimRelation(StrEnum):
    """How one claim bears on another."""

    CONTRADICTS = "contradicts"
    SUPPORTS = "supports"
    REPEATS = "repeats"
    CORRECTS = "corrects"
    REFINES = "refines"
    SUPERSEDES = "supersedes"


class Stance(StrEnum):
    """How a source bears on the claim it is cited for."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"


class PartyKind(StrEnum):
    COMPANY = "company"
    FOUNDATION = "foundation"
    INVESTOR = "investor"
    REGULATOR = "regulator"
    LEGISLATOR = "legislator"
    PERSON = "person"
    PUBLIC = "public"


class SourceKind(StrEnum):
    FILING = "filing"
    LEGISLATION = "legislation"
    REGULATOR = "regulator"
    COMPANY = "company"
    COPY = "copy"
    LAW_FIRM = "law-firm"
    PRESS = "press"
    RELAY = "relay"


class Access(StrEnum):
    """How the editors read a source."""

    PAGE = "page"
    COPY = "copy"
    HEADLINE = "headline"
    NONE = "none"


class Reliability(StrEnum):
    """Reliability of a source, Admiralty code A to F."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class Credibility(StrEnum):
    """Credibility of a piece of information, Admiralty code 1 to 6."""

    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"
    SIX = "6"


class DevelopmentKind(StrEnum):
    DEAL = "deal"
    ANNOUNCEMENT = "announcement"
    STATEMENT = "statement"
    FILING = "filing"
    REGULATION = "regulation"
    LEGISLATION = "legislation"
    LITIGATION = "litigation"
    REPORT = "report"
    LAPSE = "lapse"


class IssueStatus(StrEnum):
    """Where a contested issue stands."""

    ALIGNED = "aligned"
    CONTESTED = "contested"
    NEGOTIATING = "negotiating"
    SETTLED = "settled"
    LAPSED = "lapsed"


class PositionKind(StrEnum):
    ASKS = "asks"
    OFFERS = "offers"
    REFUSES = "refuses"
    LEVERAGE = "leverage"


class Bound(StrEnum):
    """How a stated number bounds the quantity."""

    EXACT = "exact"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"
    ABOUT = "about"


class ConditionScope(StrEnum):
    """What a figure's condition ties its value to: one event, a stretch of time, or nothing stated."""

    EVENT = "event"
    PERIOD = "period"
    NONE = "none"


class Unit(StrEnum):
    CURRENCY = "currency"
    PERCENT = "percent"
    MULTIPLE = "multiple"
    COUNT = "count"


class ScenarioStatus(StrEnum):
    OPEN = "open"
    OCCURRED = "occurred"
    OVERTAKEN = "overtaken"


class Direction(StrEnum):
    """Which way an impact points; ``not-stated`` where the record supports no direction."""

    INCREASES = "increases"
    DECREASES = "decreases"
    MIXED = "mixed"
    NOT_STATED = "not-stated"


class Strength(StrEnum):
    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    NOT_STATED = "not-stated"


class Horizon(StrEnum):
    IMMEDIATE = "immediate"
    MONTHS = "months"
    YEARS = "years"
    NOT_STATED = "not-stated"


class Firmness(StrEnum):
    """How far the record carries an impact: observed since, reasoned by a source, or nothing on file."""

    OBSERVED = "observed"
    REASONED = "reasoned"
    NOTHING = "nothing"


class LikelihoodWord(StrEnum):
    """The seven words of ICD 203; ``app.scenarios.likelihood`` has the band of each."""

    ALMOST_NO_CHANCE = "almost-no-chance"
    VERY_UNLIKELY = "very-unlikely"
    UNLIKELY = "unlikely"
    ROUGHLY_EVEN_CHANCE = "roughly-even-chance"
    LIKELY = "likely"
    VERY_LIKELY = "very-likely"
    ALMOST_CERTAIN = "almost-certain"


class Consistency(StrEnum):
    """How a claim bears on a scenario: would it be expected if the scenario came about?"""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    NEUTRAL = "neutral"
    NOT_APPLICABLE = "not-applicable"


class Basis(StrEnum):
    """What a judgement rests on where no claim carries it."""

    EDITOR = "editor"


class TermKind(StrEnum):
    LEGAL = "legal"
    FINANCIAL = "financial"
    CORPORATE = "corporate"
    TECHNICAL = "technical"
    METHOD = "method"


class Listing(StrEnum):
    """The lists that share the filter."""

    CLAIMS = "claims"
    DEVELOPMENTS = "developments"
    FIGURES = "figures"
    SOURCES = "sources"
    GLOSSARY = "glossary"


class FeedKind(StrEnum):
    """The shape in which a publisher says what is new."""

    FEED = "feed"
    EDGAR = "edgar"
    DOCKET = "docket"
    FEDERAL_REGISTER = "federal-register"


class CheckOutcome(StrEnum):
    """What became of a cited address when it was last asked for."""

    ALIVE = "alive"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"
    UNKNOWN = "unknown"
