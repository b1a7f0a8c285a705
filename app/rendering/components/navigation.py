"""Examples of the components of ``templates/macros/navigation.html``."""

from app.rendering.components.samples import Example, Examples, Samples


class NavigationExamples(Samples):
    def all(self) -> Examples:
        return {
            "pages": iter(
                [
                    Example("a page of its own", (self.to, self.to.page("/claims").partition("?")[0])),
                    Example("elsewhere", (self.to, "")),
                ]
            )
        }
