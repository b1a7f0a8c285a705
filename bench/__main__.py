"""``python -m bench [--quick] [--rounds N] [--seconds S]``: builds the peers, checks them, measures, writes the page.

Single runs drift by a factor of two on a shared machine, so contenders take turns, round after round, and what counts
is the median of the ratios within a round.
"""

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from app.dossier.loading import load_dossier
from app.publish.building import publish
from app.releases.store import ReleaseFolder
from app.rendering.cards import cards_for
from bench import growth
from bench.contenders import (
    PAGE,
    PROJECT,
    Contender,
    all_running,
    contenders,
    get,
    memory,
    ours,
    python_with,
    running,
    text_of,
)
from bench.ratios import missing, table

WORK = PROJECT / ".make" / "bench"
REPORT = PROJECT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"
CLIENTS = (1, 32)
PORT = 18105
LONGEST = 60.0
"""Seconds after which a program that has not given one answer is given up."""

Figures = dict[str, Any]


def wrk(
    url: str,
    clients: int,
    seconds: float,
    script: str = "report.lua",
    begin: int = 0,
    known: str = "",
    accept: str = "gzip",
) -> Figures:
    """One run of wrk: requests, seconds, p50, p99 and max in milliseconds, errors."""
    given = {"Accept-Encoding": accept} | ({"If-None-Match": known} if known else {})
    command = ["wrk", "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "--timeout", "60s"]
    command += [
        "-s",
        str(PROJECT / "bench" / script),
        *(part for pair in given.items() for part in ("-H", ": ".join(pair))),
    ]
    environment = {**os.environ, "BENCH_FROM": str(begin)}
    done = subprocess.run([*command, url], capture_output=True, text=True, check=True, env=environment)
    figures: Figures = json.loads(done.stdout.strip().splitlines()[-1])
    if figures["errors"]:
        raise SystemExit(f"{url} with {clients} clients: {figures['errors']} errors")
    if not figures["requests"]:
        if seconds > LONGEST:
            raise SystemExit(f"{url} with {clients} clients: no answer in {seconds:.0f} s")
        # Too slow to give a single answer in that time: what counts is a rate, so it gets more.
        return wrk(url, clients, seconds * 4, script, begin, known, accept)
    return {**figures, "rate": figures["requests"] / figures["seconds"]}


def check_rows(up: Mapping[str, Any]) -> list[str]:
    """All contenders show the same rows of the same release, or nothing is measured."""
    expected: list[str] = up["uncached"][0].ids(text_of(up["uncached"][0]))
    if len(expected) < 20:
        raise SystemExit(f"our own page shows {len(expected)} rows: too few to compare")
    for name, (contender, _, _) in up.items():
        found = contender.ids(text_of(contender)) if name != "bare ASGI" else expected
        if found != expected:
            raise SystemExit(
                f"{name} shows other rows: {len(found)}, expected {len(expected)}; {sorted({*found} ^ {*expected})[:5]}"
            )
    return expected


def measure(
    up: Mapping[str, Any], rounds: int, seconds: float
) -> tuple[dict[str, list[float]], dict[str, list[Figures]]]:
    """Rounds in which every contender takes its turn, in another order each time."""
    ratios: dict[str, list[float]] = defaultdict(list)
    raw: dict[str, list[Figures]] = defaultdict(list)
    cached: Contender = up["cached"][0]
    tag = get(cached.port, PAGE)[1]["etag"]
    # What is held against each other is measured one after the other: a machine changes its pace in seconds.
    quick = [each for each in ("nginx", "cached", "304", "bare ASGI") if each == "304" or each in up]
    names = [*quick, *(each for each in up if each not in quick)]
    for turn in range(rounds):
        print(f"round {turn + 1} of {rounds}", file=sys.stderr)
        rates: dict[tuple[str, int], Figures] = {}
        for clients in CLIENTS:
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                each: Contender = cached if name == "304" else up[name][0]
                known = tag if name == "304" else ""
                rates[name, clients] = wrk(each.url, clients, seconds, known=known, accept=each.accept)
                raw[f"{name}, {clients}"].append(rates[name, clients])

        def over(one: str, other: str, clients: int, rates: dict[tuple[str, int], Figures] = rates) -> float:
            return float(rates[one, clients]["rate"] / rates[other, clients]["rate"])

        ratios["cached page / bare ASGI, 32 clients"].append(over("cached", "bare ASGI", 32))
        ratios["304 / bare ASGI page, 32 clients"].append(over("304", "bare ASGI", 32))
        if "nginx" in up:
            ratios["cached page / nginx gzip_static, 32 clients"].append(over("cached", "nginx", 32))
        ratios["uncached / tutorial, 32 clients"].append(over("uncached", "tutorial", 32))
        ratios["uncached / tutorial, 1 client"].append(over("uncached", "tutorial", 1))
        ratios["uncached / Flask + sqlite3, 32 clients"].append(over("uncached", "Flask", 32))
        ratios["uncached / Datasette HTML, 32 clients"].append(over("uncached", "Datasette", 32))
        ratios["uncached / Datasette JSON, 32 clients"].append(over("uncached", "Datasette JSON", 32))
        ratios["uncached p99 / p50, 32 clients"].append(rates["uncached", 32]["p99"] / rates["uncached", 32]["p50"])
        hits = beside_misses(cached, turn, seconds)
        raw["hits, 8, beside misses, 8"].append(hits)
        ratios["hit p50 beside as many misses / one miss"].append(hits["p50"] / rates["uncached", 1]["p50"])
    return ratios, raw


def beside_misses(cached: Contender, turn: int, seconds: float) -> Figures:
    """Eight readers of one kept page, while eight others ask for views that nobody has asked for."""
    misses = threading.Thread(target=wrk, args=(cached.url, 8, seconds + 1, "misses.lua", 20_000 * turn))
    misses.start()
    hits = wrk(cached.url, 8, seconds)
    misses.join()
    return hits


def once(up: Mapping[str, Any], starts: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """What takes no rounds: bytes and requests of a first visit, memory; and the cold starts, one after the other."""
    port = up["cached"][0].port
    text = get(port, "/en/")[2].decode()
    # Asked for a few times first: what is asked for again is compressed better, aside, and that is what readers get.
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js|svg))"', text))
    for _ in range(4):
        for each in ("/en/", *loaded):
            get(port, each, Accept_Encoding="br")
        time.sleep(0.5)
    total = sum(len(get(port, each, Accept_Encoding="br")[2]) for each in ("/en/", *loaded))
    return {
        "first visit without fonts": [total / 1000],
        "first visit without fonts, requests": [1 + len(loaded)],
        "memory of a worker": [memory(up["cached"][1])],
        "cold start / tutorial": [
            one / other for one, other in zip(starts["uncached"], starts["tutorial"], strict=True)
        ],
    }


def rates(raw: Mapping[str, Sequence[Figures]]) -> str:
    lines = ["| program, clients | requests a second | p50 ms | p99 ms |", "|---|---|---|---|"]
    for name, runs in raw.items():
        middle = {key: statistics.median(each[key] for each in runs) for key in ("rate", "p50", "p99")}
        lines.append(f"| {name} | {middle['rate']:,.0f} | {middle['p50']:.2f} | {middle['p99']:.2f} |")
    return "\n".join(lines)


def write(text: str) -> None:
    """Put the figures into the report; what people wrote around them stays."""
    page = REPORT.read_text("utf-8") if REPORT.is_file() else f"# Performance\n\n{BEGIN}\n{END}\n"
    head, _, rest = page.partition(BEGIN)
    REPORT.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description="This site beside its peers, as ratios.")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a minute's run, for a first look: it is printed, and the report left as it is",
    )
    parser.add_argument("--rounds", type=int, help="rounds; ten or more for a figure to quote")
    parser.add_argument("--seconds", type=float, help="seconds that each contender is measured in a round")
    parser.add_argument(
        "--synthetic",
        type=Path,
        default=WORK / "synthetic",
        help="where the invented releases are kept, a folder for each number of claims; those there are used again",
    )
    parser.add_argument(
        "--claims",
        type=int,
        help="the largest number of invented claims: a million takes half an hour to publish, the first time",
    )
    given = parser.parse_args()
    rounds, seconds = given.rounds or (1 if given.quick else 10), given.seconds or (1 if given.quick else 4)
    for tool in ("wrk",):
        if shutil.which(tool) is None:
            raise SystemExit(f"{tool} is needed: apt-get install {tool} nginx-light")
    WORK.mkdir(parents=True, exist_ok=True)
    python = python_with("peers", PROJECT / "bench" / "requirements.txt")
    folder = ReleaseFolder(WORK / "releases")
    release = publish(load_dossier(PROJECT / "dossier"), folder, prepare=cards_for(folder))
    today = date.today().isoformat()
    uncached = ours("uncached", folder.path, PORT, cache_bytes="0")
    cached = ours("cached", folder.path, PORT + 1, "gzip")
    with running(uncached):
        page = text_of(uncached)
    peers = contenders(folder.path_of(release.id), today, page.encode(), PORT + 2, python)
    starts: dict[str, list[float]] = defaultdict(list)
    tutorial = next(peer for peer in peers if peer.name == "tutorial")
    with running(tutorial):
        pass  # The first start writes bytecode, as ours did above, and counts for neither.
    for _ in range(min(rounds, 11)):
        for each in (uncached, tutorial):
            with running(each) as (_, took):
                starts[each.name].append(took)
    with all_running([uncached, cached, *peers]) as up:
        rows = check_rows(up)
        for _ in range(4):
            get(cached.port, PAGE, Accept_Encoding="gzip")
        ratios, raw = measure(up, rounds, seconds)
        ratios |= once(up, starts)
    largest = given.claims or (10_000 if given.quick else 1_000_000)
    sizes = [10**power for power in range(3, 7) if 10**power < largest] + [largest]
    text = ""
    # Each step is written: a run that is ended before its time has what it measured until then.
    for grown in growth.measure(given.synthetic, sizes, 100 if given.quick else 2000):
        ratios |= grown.ratios
        load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
        about = (
            f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, {platform.machine()}, "
            f"Python {platform.python_version()}; "
            f"load averages at the end {load}; {rounds} rounds of {seconds:g} s, the contenders in turn; "
            f"{len(rows)} rows of {PAGE}, {len(page.encode()):,} bytes, release {release.id}."
        )
        if rounds < 10:
            about += " Fewer than ten rounds: a first look, not to be quoted."
        text = f"{about}\n\n{table(ratios)}\n\nMedians over the rounds:\n\n{rates(raw)}"
        if grown.report:
            text += f"\n\nProcessor time in milliseconds, nothing kept, by the number of claims:\n\n{grown.report}"
        if not given.quick:
            write(text)
    print(text)
    if absent := missing(ratios):
        print(f"not measured: {', '.join(absent)}", file=sys.stderr)


if __name__ == "__main__":
    main()
