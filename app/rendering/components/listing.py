"""Examples of the components of ``templates/macros/listing.html``: lists as every filtered page presents them."""

from typing import Any

from markupsafe import Markup, escape
from msgspec.structs import replace

from app.filters import Filter
from app.queries.listings import Counts, Listed
from app.rendering.components.samples import Example, Examples, Samples
from app.rendering.listing import ListingView, present_listing
from app.vocabulary import ClaimStatus, Listing, Rank


class ListingExamples(Samples):
    def all(self) -> Examples:
        plain, found, page = self._list(), self._filtered(), Filter(page=2)
        nothing = self._filtered(count=0)
        count = self.say("40 claims", "40 affirmations")
        heading, entries = self.say("Claims", "Affirmations"), self.say("The entries.", "Les entrées.")
        return {
            "facets": iter([Example("nothing chosen", (plain,)), Example("one value chosen", (found,))]),
            "rail": iter([Example("nothing chosen", (plain,)), Example("filled in", (found,))]),
            "claim_count": iter(
                [
                    Example("all current", (self._list(deprecated=0),)),
                    Example("some deprecated", (plain,)),
                    Example("one", (self._list(count=1, deprecated=0),)),
                ]
            ),
            "summary": iter(
                [
                    Example("nothing chosen", (plain, count)),
                    Example("chosen", (found, count)),
                    Example("nothing matches", (nothing, self.say("No claims", "Aucune affirmation"))),
                    Example("too many", (replace(found, complete=False), count)),
                    Example("too many words", (found, count), frame="shortened"),
                ]
            ),
            "pager": iter(
                [
                    Example("first page", (plain,)),
                    Example("in the middle", (self._list(page),)),
                    Example("one page alone", (self._list(pages=1),)),
                ]
            ),
            "results": iter(
                [Example("a list", (heading, plain, count), body=Markup("<p>{}</p>").format(escape(entries)))]
            ),
        }

    def _list(
        self, chosen: Filter | None = None, *, count: int = 40, deprecated: int = 4, pages: int = 3, **more: Any
    ) -> ListingView:
        counts: Counts = {
            "issue": dict(zip(self.names["issue"], (18, 12, 9, 1), strict=False)),
            "party": dict(zip(self.parties, (25, 21), strict=True)),
            "status": dict(zip(ClaimStatus, (14, 12, 8, 2, 2, 2), strict=True)),
            "rank": {Rank.NORMAL: count - deprecated, Rank.DEPRECATED: deprecated},
        }
        return present_listing(
            listing=Listing.CLAIMS,
            path="/claims",
            chosen=chosen or Filter(),
            listed=Listed((), count, pages),
            counts=counts,
            names=self.names,
            to=self.to,
            without=more.get("without", {}),
        )

    def _filtered(self, count: int = 6) -> ListingView:
        """A list with a chip of every kind; what each alone keeps out is told where nothing is left."""
        chosen = Filter(
            issue=(self.issue,), status=(ClaimStatus.DISPUTED,), q="Azure", from_="2025", to="2025-06", as_of=self.day
        )
        without = {"issue": 3, "status": 8, "q": 2} if not count else {}
        return self._list(chosen, count=count, deprecated=0, pages=1, without=without)
