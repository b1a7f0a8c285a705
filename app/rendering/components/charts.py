"""Examples of the components of ``templates/macros/charts.html``: charts as the presenters of the pages make them."""

from app.charts.drawing import rect, words
from app.filters import Filter
from app.queries.developments import StandingSet
from app.queries.issues import Standing
from app.rendering.charts.frame import Chart
from app.rendering.charts.matrix import present_matrix
from app.rendering.charts.readings import present_readings
from app.rendering.charts.shares import present_mix
from app.rendering.charts.timeline import present_timeline
from app.rendering.components.samples import Example, Examples, Samples
from app.rendering.formats import format_day
from app.vocabulary import Bound, ClaimStatus, Rank


class ChartExamples(Samples):
    def all(self) -> Examples:
        mix, readings = self._mix(), self._readings()
        strip = readings.drawings[0]
        return {
            "piece": iter(
                [
                    Example("a shape", (rect("part status-confirmed", 0, 0, 200, 24),), "svg"),
                    Example("words", (words("row", 0, 18, self.say("Words", "Mots")),), "svg"),
                    Example("words in bold", (words("row", 0, 18, self.say("Words", "Mots"), bold=True),), "svg"),
                ]
            ),
            "content": iter([Example("a series of marks", (strip,), "svg")]),
            "table": iter([Example("numbers, one struck", (readings,))]),
            "swapped": iter(
                [
                    Example("with a chart", ("example-shown", mix)),
                    Example("nothing to draw", ("example-hidden", None)),
                    Example("brought by a fragment", ("example-brought", None, True), "pre"),
                ]
            ),
            "figure": iter(
                [
                    Example("one drawing", (mix,)),
                    Example("two drawings", (readings,)),
                    Example("wide", (self._timeline(),)),
                    Example("heading said by the page", (self._matrix(), 0)),
                ]
            ),
        }

    def _mix(self) -> Chart:
        chart = present_mix(self.card(), format_day(self.day, self.to.language), self.to)
        assert chart is not None
        return chart

    def _readings(self) -> Chart:
        """Readings of every bound, a range among them, and one that no longer stands."""
        readings = [
            self.reading(bound, str(value), bound=bound)
            for bound, value in zip(Bound, (1_300_000_000, 5_000_000_000, 13_000_000_000, 9_000_000_000), strict=False)
        ]
        fallen = {"claim_status": ClaimStatus.CONTRADICTED, "claim_rank": Rank.DEPRECATED}
        readings.append(self.reading("fallen", "130000000000", **fallen))
        chart = present_readings(self.figure(*readings), format_day(self.day, self.to.language), self.to)
        assert chart is not None
        return chart

    def _timeline(self) -> Chart:
        settled = StandingSet("issue", self.issue, "settled")
        entries = (
            self.development("x1", "2019"),
            self.development("x2", "2025-06"),
            self.development("x3", "2025-06-17"),
            self.development("x4", "2025-10-28", settled),
        )
        sentence = self.say("It is settled.", "C’est réglé.")
        history = (Standing("settled", "2025-10-28", sentence, "2025-10-28", "x4"),)
        chart = present_timeline(
            entries,
            {self.issue: history},
            {self.issue: self.names["issue"][self.issue].in_language(self.to.language)},
            chosen=Filter(),
            as_of=self.day,
            to=self.to,
        )
        assert chart is not None
        return chart

    def _matrix(self) -> Chart:
        return present_matrix(self.scenarios(), self.areas(), format_day(self.day, self.to.language), self.to)
