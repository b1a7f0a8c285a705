"""The words of likelihood, and the band of chances that each stands for.

Both are those of the United States' Intelligence Community Directive 203, "Analytic Standards" (2015), which also asks
that a likelihood and a confidence never share a sentence. A band follows from its word and is never typed.
"""

from collections.abc import Mapping

from msgspec import Struct

from app.vocabulary import LikelihoodWord


class Band(Struct, frozen=True):
    """Chances from ``low`` to ``high``, in per cent."""

    low: int
    high: int


BANDS: Mapping[str, Band] = {
    LikelihoodWord.ALMOST_NO_CHANCE: Band(1, 5),
    LikelihoodWord.VERY_UNLIKELY: Band(5, 20),
    LikelihoodWord.UNLIKELY: Band(20, 45),
    LikelihoodWord.ROUGHLY_EVEN_CHANCE: Band(45, 55),
    LikelihoodWord.LIKELY: Band(55, 80),
    LikelihoodWord.VERY_LIKELY: Band(80, 95),
    LikelihoodWord.ALMOST_CERTAIN: Band(95, 99),
}
