"""Examples of the components of ``templates/macros/frame.html``: each in the frame of a page that shows the state."""

from app.rendering.components.samples import Example, Examples, Samples


class FrameExamples(Samples):
    def all(self) -> Examples:
        return {
            "day_form": iter([Example("today", ()), Example("a past day", (), frame="past")]),
            "other_language": iter([Example("a page", ())]),
            "past": iter([Example("a past day", (), frame="past"), Example("today", ())]),
            "frozen": iter(
                [
                    Example("the current release", (), frame="frozen"),
                    Example("an older release", (), frame="frozen, changed since"),
                ]
            ),
            "links": iter([Example("a page", ())]),
            "as_data": iter(
                [
                    Example("data alone", (self.say("A page", "Une page"),)),
                    Example("every form", (self.say("A list", "Une liste"),), frame="list"),
                ]
            ),
            "addresses": iter([Example("every form", (), "pre", frame="list")]),
            "chosen": iter([Example("a filtered list", (), frame="list")]),
            "of_fragment": iter([Example("a filtered list", (self.say("A list", "Une liste"),), "pre", frame="list")]),
        }
