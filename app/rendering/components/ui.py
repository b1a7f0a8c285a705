"""Examples of the components of ``templates/macros/ui.html``."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from msgspec.structs import replace

from app.comparison import ConflictKind
from app.queries.claims import RelatedClaim
from app.queries.developments import DevelopmentEntry, StandingSet
from app.queries.expectations import ExpectationLine
from app.queries.figures import ConflictLine, FigureCard, ReadingLine
from app.queries.issues import Ledger, LedgerCell, Share, Side, TopPosition
from app.queries.ladder import Rung
from app.queries.scenarios import LikelihoodLine, SignpostLine
from app.rendering.components.samples import Example, Examples, Samples
from app.scenarios.likelihood import BANDS
from app.vocabulary import (
    Attribution,
    Bound,
    ClaimStatus,
    Direction,
    Firmness,
    IssueStatus,
    LikelihoodWord,
    PositionKind,
    Rank,
    ScenarioStatus,
    Strength,
)


class UiExamples(Samples):
    def all(self) -> Examples:
        return {
            "status_badge": (Example(each, (each,)) for each in ClaimStatus),
            "rank_badge": (Example(each, (each,)) for each in Rank),
            "issue_badge": (Example(each, (each,)) for each in IssueStatus),
            "scenario_badge": (Example(each or "none", (each,)) for each in (*ScenarioStatus, None)),
            "contents": iter([Example("two parts", ([("main", "A"), ("component-contents", "B")],))]),
            **{
                each: (Example(date, (date,)) for date in ("2019", "2025-06", "2025-06-01"))
                for each in ("when", "since", "until")
            },
            "claim_ref": iter([Example("reported", (self.link(),))]),
            "claim_list": iter([Example("of every status", (tuple(self.link(each) for each in ClaimStatus),))]),
            "wording": iter([Example("French", ("partage des profits", "fr")), Example("English", ("stake", "en"))]),
            "terms_in": iter(
                [Example("with a term", (self.say("a billion", "un milliard"),)), Example("without", ("-",))]
            ),
            "evidence_line": self._evidence_lines(),
            "claim_card": self._claim_cards(),
            "related_list": iter([Example("both ways", (self._related(),))]),
            "reading_value": self._values(),
            "figure_table": iter([Example("two readings", (self.figure(*self._pair()),))]),
            "conflict_badges": iter([Example("every kind", (self._in_conflict(*ConflictKind),))]),
            "reading_side": (Example(each, (self.figure(), self._pair()[0], each)) for each in ConflictKind),
            "expectation_list": self._expectations(),
            "development_line": self._developments(),
            "ledger": iter([Example("held, ended, blank", (self._ledger(), self.say("Positions", "Positions")))]),
            "ladder": iter([Example("three rungs", (self._chain(), "Example Gazette"))]),
            "symmetry": iter([Example("uneven", ((Side(self.parties[0], 5, 9), Side(self.parties[1], 0, 1)),))]),
            "top_position": self._top_positions(),
            "no_position_words": (Example(str(each), (each,)) for each in (1, 64)),
            "figure_brief": iter([Example("factor of ten", (self._in_conflict(ConflictKind.FACTOR_TEN),))]),
            "no_position": self._no_positions(),
            "mix_bar": iter(
                [
                    Example("all statuses", (tuple(Share(each, 4, 4) for each in ClaimStatus), "/claims")),
                    Example("one status", ((Share(ClaimStatus.CONFIRMED, 1, 1),), "/claims")),
                    Example("no claims", ((), "/claims")),
                ]
            ),
            "firmness_badge": (Example(each, (each,)) for each in Firmness if each != Firmness.NOTHING),
            "age": iter([Example("a day", (date(2025, 6, 17),)), Example("none", (None,))]),
            "impact_words": self._impacts(),
            "impact_cell": self._impacts(),
            "likelihood": iter([Example("estimated", (self._likelihood(),)), Example("not estimated", (None,))]),
            "impact_brief": self._impacts(),
            "impact_reasoning": iter(
                [
                    Example("observed", (self.impact(Firmness.OBSERVED),)),
                    Example(
                        "not published yet", (self.impact(Firmness.NOTHING, reasoning=None, bearer=None, claims=()),)
                    ),
                ]
            ),
            "signposts": iter([Example("seen and not seen", (self._signposts(),))]),
            "claim_side": iter(
                [
                    Example("standing", (self.claim("x5"),)),
                    Example("struck", (self.claim("x6", status=ClaimStatus.CONTRADICTED, rank=Rank.DEPRECATED),)),
                ]
            ),
        }

    def _evidence_lines(self) -> Iterator[Example]:
        yield Example("read, with locator", (self.evidence(),), "ul")
        yield Example("whole document, headline only", (self.evidence(locator="whole", access="headline"),), "ul")
        yield Example(
            "against, in its words",
            (self.evidence(stance="contradicts", wording="stake", wording_language="en"),),
            "ul",
        )

    def _claim_cards(self) -> Iterator[Example]:
        yield Example("plain", (self.claim("x7", happened="2025-06-16"),))
        flagged = self.claim("x8", status=ClaimStatus.CONTRADICTED, flags=("translation", "magnitude"))
        yield Example("contradicted, flagged, related", (replace(flagged, related=self._related()),))

    def _related(self) -> tuple[RelatedClaim, ...]:
        text = self.say("Another sentence.", "Une autre phrase.")
        return (RelatedClaim("contradicts", False, "x1", text), RelatedClaim("corrects", True, "x2", text))

    def _values(self) -> Iterator[Example]:
        for bound in Bound:
            yield Example(bound, (self.figure(), self.reading("r", "1300000000", bound=bound)))
        yield Example("range", (self.figure(), self.reading("r", "10000000", upper=Decimal(20000000))))
        for unit, value in (("percent", "49"), ("multiple", "10"), ("count", "1234")):
            yield Example(unit, (self.figure(unit=unit), self.reading("r", value)))

    def _pair(self) -> tuple[ReadingLine, ReadingLine]:
        worded = self.reading(
            "one", "1300000000", literal="plus de 1,3 milliard", literal_language="fr", bound=Bound.AT_LEAST
        )
        return worded, self.reading("two", "13000000000", locator="whole")

    def _in_conflict(self, *kinds: str) -> FigureCard:
        lines = tuple(ConflictLine(kind, Fraction(10), self._pair()) for kind in kinds)
        return replace(self.figure(*self._pair()), conflicts=lines)

    def _expectations(self) -> Iterator[Example]:
        text = self.say("Something is to happen.", "Quelque chose doit arriver.")
        met = self.link(ClaimStatus.CONFIRMED)
        lines = tuple(
            ExpectationLine(f"x-{state}", text, "2025-12-31", state, self.link(), met if state == "met" else None)
            for state in ("met", "lapsed", "open")
        )
        yield Example("every state", (lines,))
        yield Example("none", ((),))

    def _developments(self) -> Iterator[Example]:
        sets = (StandingSet("issue", self.issue, "settled"), StandingSet("scenario", self.scenario, "occurred"))
        title = self.say("Something happens.", "Quelque chose se passe.")
        entry = DevelopmentEntry("x1", "deal", title, "2025-06", (self.issue,), self.parties, ("x1", "x2"), sets)
        yield Example("full", (entry,), "ol")
        yield Example("brief", (replace(entry, id="x2"), True), "ol")

    def _ledger(self) -> Ledger:
        kinds = tuple(PositionKind)
        held, over = (self.position(),), (self.position("2025-10-28"),)
        shapes = ((held, ()), ((), over), (held, over), ((), ()))
        rows = tuple(
            tuple(LedgerCell(party, kind, *shape) for kind, shape in zip(kinds, shapes, strict=True))
            for party in self.parties
        )
        return Ledger(kinds, rows, 64)

    def _chain(self) -> tuple[Rung, ...]:
        return (
            Rung("source", self.source, "Example Gazette", visible=True),
            Rung("source", "x", "Unseen Wire"),
            Rung("voice", Attribution.PARTY, speakers=self.parties),
        )

    def _top_positions(self) -> Iterator[Example]:
        for state, kind, line in (
            ("held", PositionKind.ASKS, self.position()),
            ("ended", PositionKind.OFFERS, self.position("2025-10-28")),
            ("none", PositionKind.ASKS, None),
        ):
            yield Example(state, (TopPosition(self.parties[0], kind, line), 64), "dl")

    def _no_positions(self) -> Iterator[Example]:
        cell = LedgerCell(self.parties[0], PositionKind.ASKS, (), ())
        yield Example("never", (cell, 64))
        yield Example("ended", (replace(cell, ended=(self.position("2025-10-28"),)), 64))

    def _impacts(self) -> Iterator[Example]:
        for firmness, direction in zip(Firmness, Direction, strict=False):
            yield Example(firmness, (self.impact(firmness, direction=direction),))
        yield Example(
            "nothing stated",
            (self.impact(Firmness.REASONED, direction=Direction.NOT_STATED, strength=Strength.NOT_STATED),),
        )

    def _likelihood(self) -> LikelihoodLine:
        author, basis = self.say("An analyst", "Un analyste"), self.say("One document.", "Un document.")
        return LikelihoodLine(LikelihoodWord.LIKELY, BANDS[LikelihoodWord.LIKELY], author, "2025-06-17", basis)

    def _signposts(self) -> tuple[SignpostLine, ...]:
        text = self.say("A sign appears.", "Un signe paraît.")
        return (
            SignpostLine("x1", text, self.link(ClaimStatus.CONFIRMED), "2025-10-28"),
            SignpostLine("x2", text, None, None),
        )
