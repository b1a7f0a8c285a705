"""The arithmetic of docs/capacity.md: from costs and assumptions to machines."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from app.settings import PROJECT
from bench.capacity import BEGIN, END, LIMITS, READERS, Assumptions, Costs, Plan, assumptions_table, exponent, plan

COSTS = Costs(cached=0.2, uncached=50, search=20, export=100, handed=0.1, passed=0.1, size=12.5, memory=90, file=8)
EASY = Assumptions(
    pages=10, peak=8.64, searches=0.1, exports=0.1, fresh=0.25, shared=0.5, filled=0.5, cores=4, network=100
)


def test_a_plan_by_hand() -> None:
    """A thousand readers a day who open ten pages, 8.64 times as many in the busiest second: one request a second.

    Of it a tenth is a search (2 ms), a tenth an export (10 ms), and of the rest a quarter is made (10 ms) and three
    quarters are kept (0.12 ms).
    """
    found = plan(COSTS, EASY, 1000)
    assert found.requests == pytest.approx(1)
    assert found.megabits == pytest.approx(0.1)
    assert found.busy == pytest.approx((0.1 * 20 + 0.1 * 100 + 0.8 * (0.25 * 50 + 0.75 * 0.2)) / 1000)
    assert (found.processes, found.machines, found.proxies, found.first) == (1, 1, 0, "nothing")


def test_what_gives_way_first() -> None:
    """More than one process may fill, more than one machine has, more than a proxy's network carries: in this order."""
    by_first: dict[str, Plan] = {}
    for readers in range(1000, 4_000_000, 1000):
        found = plan(COSTS, EASY, readers)
        by_first.setdefault(found.first, found)
    assert list(by_first) == ["nothing", "process", "machine", "network"]
    assert by_first["process"].busy > 0.5 >= plan(COSTS, EASY, by_first["process"].readers - 1000).busy
    assert by_first["process"].machines == 1
    assert by_first["machine"].machines >= 2, "two are needed, or one and a spare"
    assert by_first["machine"].proxies == 2
    assert by_first["network"].megabits > 50
    assert by_first["network"].proxies == 3
    slow_proxy = replace(COSTS, passed=10)
    assert plan(slow_proxy, replace(EASY, network=10**6), 1_000_000).first == "proxy"


def test_the_proxy_pays_for_what_it_hands_out_and_for_what_it_passes_on() -> None:
    """Of 800 kept or made pages in a thousand, a quarter is made; of the 600 that are kept, it hands out half."""
    costs = replace(COSTS, handed=1, passed=3)
    found = plan(costs, EASY, 1_000_000)
    assert found.proxies
    assert found.proxy_busy == pytest.approx(found.requests * (0.3 * 1 + 0.7 * 3) / 1000)


def test_more_readers_never_need_less() -> None:
    """But for the step where a proxy's cache takes its share, everything grows with the readers, in proportion."""
    plans = [plan(COSTS, EASY, readers) for readers in READERS]
    for less, more in pairwise(plans):
        assert more.requests == pytest.approx(10 * less.requests)
        assert more.machines >= less.machines
        assert more.proxies >= less.proxies
    without = replace(EASY, shared=0)
    assert plan(COSTS, without, 10**6).busy > plan(COSTS, EASY, 10**6).busy


def test_growth_is_told_by_an_exponent() -> None:
    """What does not grow has 0, what grows as the claims do has 1."""
    assert exponent({100: 5.0, 10_000: 5.0}) == pytest.approx(0)
    assert exponent({100: 1.0, 10_000: 100.0, 1_000_000: 10_000.0}) == pytest.approx(1)


def test_the_document_tells_what_the_command_says() -> None:
    """Every assumption stands in it as it is now, and what is written by hand has no digits that could age."""
    text = (PROJECT / "docs" / "capacity.md").read_text("utf-8")
    head, _, rest = text.partition(BEGIN)
    figures, _, tail = rest.partition(END)
    assert assumptions_table(Assumptions()) in figures
    assert all(each in figures for each in (f"{readers:,}" for readers in READERS))
    prose = re.sub(r"`[^`]*`|\[[^\]]*\]\([^)]*\)", "", head + tail)
    assert not re.findall(r"\d", prose), re.findall(r".*\d.*", prose)
    for words in LIMITS.values():
        assert f"- **{words}" in prose, f"what takes the place of {words} is not told"
