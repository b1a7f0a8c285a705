"""Which claims and disagreements a briefing quotes. Pure: no database, no web.

A briefing is read in about a minute, so it quotes a few claims of an issue's many, by one rule that has no taste:

1. **status** decides what is quoted at all, and in which order: the best-sourced are confirmed, and reported only where
   too few are confirmed; the doubtful are disputed, then contradicted; what lies ahead is forecast;
2. **grade** comes next: the best Admiralty grade among the documents that support the claim, the source's letter before
   the information's digit (US Army, 2006, FM 2-22.3, *Human Intelligence Collector Operations*, appendix B). For the
   doubtful too, the best grade comes first: a doubt about what looks well sourced is the one a reader has to know;
3. **the newest** report comes before older ones;
4. the id decides what is left, so that the same release always quotes the same claims.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Protocol

from msgspec import Struct

from app.comparison import ConflictKind
from app.vocabulary import ClaimStatus

BEST_SOURCED = (ClaimStatus.CONFIRMED, ClaimStatus.REPORTED)
DOUBTFUL = (ClaimStatus.DISPUTED, ClaimStatus.CONTRADICTED)
AHEAD = (ClaimStatus.FORECAST,)

UNGRADED = "Z9"
"""Sorts behind every grade: nothing that was published by then supports the claim."""


class Candidate(Struct, frozen=True):
    """A claim as far as the choice needs it; ``grade`` is such as ``A1``, ``reported`` the first day it may be of."""

    id: str
    status: str
    grade: str
    reported: date


def choose_claims(candidates: Sequence[Candidate], statuses: Sequence[ClaimStatus], most: int) -> tuple[str, ...]:
    """The ids of at most so many claims of these statuses, in the order of the rule above."""
    order = {str(status): place for place, status in enumerate(statuses)}

    def rank(each: Candidate) -> tuple[int, str, int, str]:
        return order[each.status], each.grade, -each.reported.toordinal(), each.id

    return tuple(each.id for each in sorted((one for one in candidates if one.status in order), key=rank)[:most])


class Disagreement(Protocol):
    """Two readings that disagree, however they are held."""

    @property
    def kind(self) -> str: ...
    @property
    def ratio(self) -> Fraction | None: ...


def gravity(conflict: Disagreement) -> tuple[int, Fraction]:
    """A sort key, the gravest disagreement first: a power of ten, then other measures, conditions, values; then by how
    far the readings are apart.
    """
    return list(ConflictKind).index(ConflictKind(conflict.kind)), -(conflict.ratio or Fraction(0))
