"""Examples of the components of ``templates/macros/mentions.html``."""

from datetime import date
from typing import Any

from app.rendering.components.samples import Example, Examples, Samples
from app.rendering.mentions import MentionsSince
from app.watch.mentions import Mention


class MentionExamples(Samples):
    def all(self) -> Examples:
        full = self._mention("0123456789ab")
        bare = self._mention("ba9876543210", published=None, parties=(), terms=())
        href = self.to.page("/mentions")
        return {
            "caution": iter([Example("always", ())]),
            "mention": iter([Example("dated, with all that was found", (full,), "ul"), Example("bare", (bare,), "ul")]),
            "section": iter(
                [
                    Example("one", (MentionsSince((full,), 1, href),)),
                    Example("more than are shown", (MentionsSince((full, bare), 12, href),)),
                ]
            ),
        }

    def _mention(self, identifier: str, **changes: Any) -> Mention:
        known = {
            "id": identifier,
            "title": self.say("Something was said", "Quelque chose a été dit"),
            "publisher": "Example Gazette",
            "address": f"https://gazette.example/{identifier}",
            "published": date(2025, 6, 17),
            "seen": date(2025, 6, 18),
            "language": self.to.language,
            "feed": "example",
            "kind": "press",
            "issues": (self.issue,),
            "parties": self.parties,
            "terms": ("AGI",),
        }
        return Mention.model_validate({**known, **changes})
