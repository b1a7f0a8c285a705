"""Examples of the components of ``templates/macros/evidence.html``."""

from datetime import date

from msgspec.structs import replace

from app.queries.scenario_evidence import Grade, RatedLine, RatingCell
from app.rendering.components.samples import Example, Examples, Samples
from app.scenarios.competing_hypotheses import Item, discriminates, rank
from app.vocabulary import Attribution, ClaimStatus, Consistency, Credibility, Reliability


class EvidenceExamples(Samples):
    def all(self) -> Examples:
        scenarios = tuple(self.names["scenario"])
        line = self._line()
        fallen = replace(line, claim=self.link(ClaimStatus.CONTRADICTED), holds=False)
        both = (f"attribution:{line.attribution}", f"claim:{line.claim.id}")
        return {
            "names": iter(
                [
                    Example("one", (rank([self._item(line)], scenarios)[:1],)),
                    Example("level", (rank([], scenarios),)),
                ]
            ),
            "rating": (Example(each, (each,)) for each in Consistency),
            "row": iter(
                [
                    Example("counts", (line, False), "tr"),
                    Example("the ranking hangs on it", (line, True), "tr"),
                    Example("does not discriminate", (self._line(Consistency.NEUTRAL), False), "tr"),
                    Example("switched off", (replace(line, without=both), False), "tr"),
                    Example("no longer counts", (fallen, False), "tr"),
                ]
            ),
        }

    def _line(self, *values: Consistency) -> RatedLine:
        """A rated claim: each scenario has the next of the values, all of them in turn where none is given."""
        turns = values or tuple(Consistency)
        reason = self.say("One thing would be expected.", "On s’attendrait à une chose.")
        cells = tuple(
            RatingCell(scenario, turns[number % len(turns)], reason)
            for number, scenario in enumerate(self.names["scenario"])
        )
        grade = Grade(date(2025, 6, 17), Reliability.B, Credibility.TWO)
        line = RatedLine(self.link(), Attribution.REPORT, grade, cells, True, True, (), ())
        return replace(line, discriminates=discriminates(self._item(line), tuple(self.names["scenario"])))

    def _item(self, line: RatedLine) -> Item:
        ratings = {cell.scenario: Consistency(cell.value) for cell in line.cells}
        return Item(line.claim.id, line.grade.weight, ratings)
