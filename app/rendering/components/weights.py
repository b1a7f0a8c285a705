"""Examples of the components of ``templates/macros/weights.html``: what the panel makes of a reader's weights."""

from fractions import Fraction

from app.filters import Filter
from app.rendering.components.samples import Example, Examples, Samples
from app.rendering.panel import Bar, WeightsView, present_weights, weigh_cards
from app.scenarios.weights import Flip, Interval, Step


class WeightExamples(Samples):
    def all(self) -> Examples:
        weighed, names = self._weights(given=True), dict(self._weights().names)
        assert weighed.scenarios is not None
        ahead, behind = tuple(self.names["scenario"])[:2]
        half, one = Fraction(1, 2), Fraction(1)

        def step(*flips: Flip[str], tied: bool = False, certain: bool = False) -> Step[str]:
            return Step(ahead, behind, tied, certain, flips)

        def bar(low: Fraction, high: Fraction, x: float, width: float) -> Bar:
            return Bar(self.area, names[self.area], Interval(low, high), x, width)

        return {
            "exact": iter([Example("whole", (Fraction(2),)), Example("fraction", (Fraction(1, 3),))]),
            "span": iter(
                [Example("a point", (Interval(one, one),)), Example("a range", (Interval(half, Fraction(2)),))]
            ),
            "drawn": iter(
                [
                    Example("a range", (bar(half, Fraction(2), 50, 150), 3)),
                    Example("a point", (bar(one, one, 100, 4), 3)),
                    Example("nothing", (bar(Fraction(0), Fraction(0), 0, 0), 3)),
                ]
            ),
            "form": iter([Example("no weights yet", (self._weights(),)), Example("weighed", (weighed,))]),
            "order_sentence": iter(
                [
                    Example("level", (step(tied=True), names)),
                    Example("certain", (step(certain=True), names)),
                    Example("by the middle only", (step(), names)),
                ]
            ),
            "flip_sentence": iter(
                [
                    Example("rises", (step(Flip(behind, one, Fraction(3))), names)),
                    Example("falls", (step(Flip(ahead, one, half)), names)),
                    Example("falls to nothing", (step(Flip(ahead, one, Fraction(0))), names)),
                    Example("no change turns it", (step(), names)),
                ]
            ),
            "ranking": iter(
                [
                    Example(
                        "scenarios",
                        (
                            "scenarios",
                            self.say("Scenarios, by what they add", "Scénarios, selon leur apport"),
                            self.say("A note on the scale.", "Une note sur l’échelle."),
                            weighed.scenarios,
                            names,
                            len(self.names["impact"]),
                        ),
                    )
                ]
            ),
        }

    def _weights(self, *, given: bool = False) -> WeightsView:
        """The reader's weights: none, or two of the scenarios weighed."""
        cards, areas = self.scenarios(), self.areas()
        typed = tuple(zip(self.names["scenario"], ("60", "40"), strict=False)) if given else ()
        chosen = Filter(weights=typed)
        return present_weights(cards, areas, weigh_cards(cards, areas, chosen), chosen, self.to)
