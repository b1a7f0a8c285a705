"""The ratios to reach: which figures each divides, what must be reached and what is aimed for. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True)
class Ratio:
    """``must`` and ``aim`` are least values, or most values where ``less`` is better."""

    name: str
    must: float
    aim: float
    less: bool = False
    unit: str = ""

    def verdict(self, value: float) -> str:
        sign = -1 if self.less else 1
        met, at_aim = sign * value >= sign * self.must, sign * value >= sign * self.aim
        return "at its aim" if at_aim else "met" if met else "MISSED"


RATIOS = (
    Ratio("cached page / bare ASGI, 32 clients", 0.75, 0.90),
    Ratio("304 / bare ASGI page, 32 clients", 1.0, 1.2),
    Ratio("cached page / nginx gzip_static, 32 clients", 0.20, 0.30),
    Ratio("uncached / tutorial, 32 clients", 5, 10),
    Ratio("uncached / tutorial, 1 client", 3, 6),
    Ratio("uncached / Flask + sqlite3, 32 clients", 1.8, 3),
    Ratio("uncached / Datasette HTML, 32 clients", 15, 30),
    Ratio("uncached / Datasette JSON, 32 clients", 7, 15),
    Ratio("uncached p99 / p50, 32 clients", 2, 1.5, less=True),
    Ratio("hit p50 beside as many misses / one miss", 2, 1, less=True),
    Ratio("growth exponent of a page, 10^3 to 10^6 claims", 0.10, 0.03, less=True),
    Ratio("deep page / first page at 10^6", 2, 1, less=True),
    Ratio("search p99 at 10^6, one word", 10, 4, less=True, unit="ms"),
    Ratio("search p99 at 10^6, two words", 40, 10, less=True, unit="ms"),
    Ratio("search p99 at 10^6, three words", 80, 20, less=True, unit="ms"),
    Ratio("search p99 at 10^6 / unbounded ranking", 0.01, 0.01, less=True),
    Ratio("facet counts at 10^6: precomputed / live", 1 / 500, 1 / 1000, less=True),
    Ratio("first visit without fonts", 30, 25, less=True, unit="kB"),
    Ratio("first visit without fonts, requests", 6, 4, less=True),
    Ratio("cold start / tutorial", 1.3, 1.0, less=True),
    Ratio("memory of a worker", 80, 60, less=True, unit="MB"),
)


@dataclass(frozen=True)
class Outcome:
    """A ratio as measured: the median over the rounds, and between what the middle half of them lies."""

    ratio: Ratio
    value: float
    low: float
    high: float
    rounds: int


def outcomes(measured: Mapping[str, Sequence[float]]) -> list[Outcome]:
    """Every ratio that was measured, in order; what nobody measured is left out, and said to be by :func:`missing`."""
    found = []
    for ratio in RATIOS:
        if values := measured.get(ratio.name):
            low, _, high = quantiles(values, n=4) if len(values) > 1 else (values[0], values[0], values[0])
            found.append(Outcome(ratio, median(values), low, high, len(values)))
    return found


def missing(measured: Mapping[str, Sequence[float]]) -> list[str]:
    return [ratio.name for ratio in RATIOS if not measured.get(ratio.name)]


def table(measured: Mapping[str, Sequence[float]]) -> str:
    """The outcomes as a table in Markdown."""
    lines = ["| ratio | median | middle half | rounds | must | aim | |", "|---|---|---|---|---|---|---|"]
    for each in outcomes(measured):
        bound = "≤ " if each.ratio.less else "≥ "
        unit = f" {each.ratio.unit}" if each.ratio.unit else ""
        lines.append(
            f"| {each.ratio.name} | {each.value:.3g}{unit} | {each.low:.3g} – {each.high:.3g} | {each.rounds} "
            f"| {bound}{each.ratio.must:.3g} | {bound}{each.ratio.aim:.3g} | {each.ratio.verdict(each.value)} |"
        )
    lines += [f"| {name} | not measured | | | | | |" for name in missing(measured)]
    return "\n".join(lines)
