"""From which day each thing in the dossier was surely known: what a view as of an earlier day leaves out.

See ``docs/decisions/0005-when-a-thing-counts-as-known.md``.
"""

from datetime import date

from app.dates import IncompleteDate
from app.dossier.schema import (
    Claim,
    Development,
    Dossier,
    Impact,
    Influence,
    Likelihood,
    RankChange,
    RatedClaim,
    Reading,
    Source,
    StatusChange,
    Term,
)
from app.vocabulary import Stance


class Visibility:
    """The days of a dossier; nothing counts as known later than the day on which the record was searched last."""

    def __init__(self, dossier: Dossier) -> None:
        self._compiled = IncompleteDate.parse(dossier.edition.compiled).last
        self._sources = {source.id: source for source in dossier.sources}
        self._claims = {claim.id: min(self.reported(claim).last, self._compiled) for claim in dossier.claims}

    def source(self, source: Source) -> date:
        """The last day it may have been published on."""
        return min(IncompleteDate.parse(source.published).last, self._compiled)

    def reported(self, claim: Claim) -> IncompleteDate:
        """When the claim was first published: with its first source, or later where its status begins later.

        A source may be cited for what it says of an earlier time; the day the status begins is the editors' word for
        when the claim itself could first be read.
        """
        supporting = [self._sources[each.source] for each in claim.evidence if each.stance is Stance.SUPPORTS]
        published = IncompleteDate.parse(min(supporting, key=self.source).published)
        since = IncompleteDate.parse(claim.status[0].since)
        return since if since.last > published.last else published

    def claim(self, identifier: str) -> date:
        return self._claims[identifier]

    def change(self, change: StatusChange) -> date:
        """When a claim began to stand otherwise: not before what changed it was published."""
        since = min(IncompleteDate.parse(change.since).last, self._compiled)
        return max(since, self.claim(change.by)) if change.by else since

    def ranked(self, claim: str, change: RankChange) -> date:
        """When the editors' word on a claim's rank counts from: never before the claim itself."""
        return max(min(IncompleteDate.parse(change.since).last, self._compiled), self.claim(claim))

    def evidence(self, claim: str, source: str) -> date:
        """When a source could be cited for a claim."""
        return max(self.claim(claim), self.source(self._sources[source]))

    def development(self, development: Development) -> date:
        """Once one of its claims was published, and never before it happened."""
        published = min(self.claim(claim) for claim in development.claims)
        return max(published, IncompleteDate.parse(development.date).first)

    def reading(self, reading: Reading) -> date:
        return self.evidence(reading.claim, reading.source)

    def term(self, term: Term) -> date:
        """With the first of its claims; one that rests on none, with the first source of all."""
        return min((self.claim(claim) for claim in term.claims), default=min(map(self.source, self._sources.values())))

    def rated_claim(self, entry: RatedClaim) -> date:
        """With its claim: its reasons speak of nothing else."""
        return self.claim(entry.claim)

    def reasoned(self, reasoning: Impact | Influence) -> date:
        """Once all its claims were published: the reasoning may rest on any of them."""
        return max((self.claim(claim) for claim in reasoning.claims), default=date.min)

    def likelihood(self, likelihood: Likelihood) -> date:
        """The last day it may have been estimated on."""
        return min(IncompleteDate.parse(likelihood.date).last, self._compiled)
