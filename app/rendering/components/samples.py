"""What the examples of the style guide are about: made by the constructors that the queries use, with invented words.

Issues, parties, areas and scenarios are those of the release, so that names and addresses work.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from app.queries.claims import ClaimCard, ClaimLink, EvidenceLine
from app.queries.developments import DevelopmentEntry, StandingSet
from app.queries.figures import FigureCard, ReadingLine
from app.queries.issues import IssueCard, PositionLine, Share
from app.queries.scenarios import AreaLine, ImpactCell, ScenarioCard, ScenarioStep
from app.releases.opening import Names
from app.rendering.addresses import Addresses
from app.vocabulary import (
    FALLEN,
    Attribution,
    Bound,
    ClaimStatus,
    Direction,
    Firmness,
    Horizon,
    Rank,
    ScenarioStatus,
    Strength,
)


class Example(Struct, frozen=True):
    """A component in one state.

    ``within`` is the element that its markup needs around it, or ``pre`` where the markup itself is to be read;
    ``body`` is what it is called around; ``frame`` names the frame of a page in that state, the style guide's own
    if empty.
    """

    state: str
    arguments: tuple[Any, ...]
    within: str = "div"
    body: Markup | None = None
    frame: str = ""


Examples = dict[str, Iterator[Example]]
"""The name of a macro → its examples."""


class Samples(ABC):
    """Makes what examples show, for one reader. ``day`` is the day of the view."""

    def __init__(self, names: Names, to: Addresses, day: date) -> None:
        self.names, self.to, self.day = names, to, day
        self.issue, self.area, self.scenario = (next(iter(names[each])) for each in ("issue", "impact", "scenario"))
        self.parties = tuple(names["party"])[:2]
        self.source = next(iter(names["source"]))

    @abstractmethod
    def all(self) -> Examples:
        """The examples of one file of macros."""

    def say(self, en: str, fr: str) -> str:
        return fr if self.to.language == "fr" else en

    def link(self, status: str = ClaimStatus.REPORTED) -> ClaimLink:
        rank = Rank.DEPRECATED if status in FALLEN else Rank.NORMAL
        return ClaimLink("x1", self.say("One side says this.", "L’un des deux dit ceci."), status, rank)

    def evidence(self, **changes: Any) -> EvidenceLine:
        line = EvidenceLine(
            source=self.source,
            publisher="Example Gazette",
            title=self.say("A report", "Un article"),
            published="2025-06-17",
            locator="U10",
            stance="supports",
            reliability="B",
            credibility="2",
            access="page",
            url=None,
            wording=None,
            wording_language=None,
            chain=(),
        )
        return replace(line, **changes)

    def claim(self, identifier: str, **changes: Any) -> ClaimCard:
        card = ClaimCard(
            id=identifier,
            text=self.say("A sentence that can be checked.", "Une phrase que l’on peut vérifier."),
            kind="event",
            attribution=Attribution.REPORT,
            speakers=(),
            status=ClaimStatus.REPORTED,
            rank=Rank.NORMAL,
            happened=None,
            reported="2025-06",
            issues=(self.issue,),
            parties=self.parties,
            drivers=(),
            impacts=(),
            flags=(),
            evidence=(self.evidence(),),
            related=(),
        )
        return replace(card, **changes)

    def reading(self, identifier: str, value: str, **changes: Any) -> ReadingLine:
        line = ReadingLine(
            id=identifier,
            value=Decimal(value),
            upper=None,
            bound=Bound.EXACT,
            measure="m",
            measure_name=self.say("Total invested", "Total investi"),
            condition="none-stated",
            condition_name=self.say("No condition stated", "Sans condition énoncée"),
            as_of="2025-06",
            literal=None,
            literal_language=None,
            source=self.source,
            publisher="Example Gazette",
            locator="U10",
            claim="x1",
            claim_status=ClaimStatus.REPORTED,
            claim_rank=Rank.NORMAL,
        )
        return replace(line, **changes)

    def figure(self, *readings: ReadingLine, unit: str = "currency") -> FigureCard:
        name = self.say("A figure", "Un chiffre")
        currency = "USD" if unit == "currency" else None
        return FigureCard("x", name, name, unit, currency, (self.issue,), self.parties, readings, ())

    def position(self, until: str | None = None) -> PositionLine:
        text = self.say("Wants one thing or another.", "Veut une chose ou une autre.")
        return PositionLine(text, "2025-06-17", until, self.link())

    def impact(self, firmness: str, **changes: Any) -> ImpactCell:
        cell = ImpactCell(
            id=f"x-{firmness}",
            scenario=self.scenario,
            area=self.area,
            direction=Direction.INCREASES,
            strength=Strength.STRONG,
            horizon=Horizon.IMMEDIATE,
            firmness=firmness,
            bearer=self.say("Buyers", "Les acheteurs"),
            reasoning=self.say("One thing follows from another.", "Une chose suit d’une autre."),
            claims=(self.link(),),
            likelihood=None,
        )
        return replace(cell, **changes)

    def development(self, identifier: str, when: str, *sets: StandingSet) -> DevelopmentEntry:
        title = self.say("Something happens.", "Quelque chose se passe.")
        return DevelopmentEntry(identifier, "deal", title, when, (self.issue,), self.parties, ("x1", "x2"), sets)

    def card(self) -> IssueCard:
        """An issue with four claims of every status, one of each current."""
        mix = tuple(Share(each, 4, 0 if each in FALLEN else 4) for each in ClaimStatus)
        count = sum(each.count for each in mix)
        footing = (Share(Attribution.FILING, 10, 8), Share(Attribution.UNNAMED, count - 10, count - 16))
        name, question = self.say("An issue", "Un enjeu"), self.say("Who may do what?", "Qui peut faire quoi ?")
        return IssueCard(self.issue, name, question, None, mix, footing, count, count - 8, self.day)

    def areas(self) -> tuple[AreaLine, ...]:
        names = self.names["impact"].items()
        return tuple(AreaLine(each, name.in_language(self.to.language), "") for each, name in names)

    def scenarios(self) -> tuple[ScenarioCard, ...]:
        """The release's scenarios with invented effects of every firmness, direction and strength."""
        found = []
        strengths = (Strength.STRONG, Strength.MODERATE, Strength.WEAK)
        for row, (identifier, name) in enumerate(self.names["scenario"].items()):
            cells = tuple(
                self.impact(
                    list(Firmness)[(row + column) % len(Firmness)],
                    scenario=identifier,
                    area=area,
                    direction=list(Direction)[(row * 2 + column) % 3],
                    strength=strengths[(row + column * 2) % 3],
                )
                for column, area in enumerate(self.names["impact"])
            )
            text = self.say("One thing comes about.", "Une chose advient.")
            step = ScenarioStep(ScenarioStatus.OPEN, "2025-06-17", "x1", text)
            words = name.in_language(self.to.language)
            found.append(ScenarioCard(identifier, words, text, text, "2025-06", "2027", (step,), (), cells))
        return tuple(found)
