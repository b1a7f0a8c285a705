"""What each kind of page costs as the claims grow a thousandfold, uncached, one reader at a time, in this process.

    python -m bench.growth --claims 1000 --claims 100000 --folder DIR

makes the synthetic releases that DIR lacks (``DIR/CLAIMS``), asks each for the same views, and prints the median of
each in milliseconds of processor time with the exponent by which it grows: 0 is flat, 1 as the claims do. Time on the
clock would count what else the machine does; nothing here waits for anything but the processor.

``measure`` gives the same, and what a search and the counts of facets cost at the largest size, to the benchmark.
"""

import asyncio
import json
import math
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import event
from sqlmodel import Session, text

from app.dossier.loading import load_dossier
from app.engines import match_expression
from app.filters import Filter
from app.main import create_app
from app.publish.building import publish
from app.publish.synthetic import Synthetic
from app.queries.listings import count_facets
from app.queries.search import search
from app.queries.sets import read_sets
from app.queries.viewpoint import Viewpoint
from app.releases.files import DamagedRelease
from app.releases.opening import OpenRelease
from app.releases.store import ReleaseFolder
from app.settings import PROJECT, Settings
from app.vocabulary import Listing
from app.words import understand

VIEWS: Mapping[str, str] = {
    "claims": "/en/claims",
    "claims, the last page": "/en/claims?page=LAST",
    "claims, one value": "/en/claims?issue=competition",
    "claims, two facets": "/en/claims?issue=competition&status=disputed",
    "claims, a rare value": "/en/claims?source=article-fr",
    "claims, a range of days": "/en/claims?from=2020-03&to=2021-06-15",
    "claims, one word": "/en/claims?q=exemption",
    "claims, a word that all hold": "/en/claims?q=synthetic",
    "claims as of a past day, the first view of it": "/en/claims?as_of=DAY",
    "claims as of a past day, one more view of it": "/en/claims?as_of=2022-01-01",
    "one claim": "/en/claims/s0000500",
    "search, a rare name": "/en/search?q=CoreWeave",
    "search, one word": "/en/search?q=exemption",
    "search, two words": "/en/search?q=agreement+exclusive",
    "search, three words": "/en/search?q=agreement+exclusive+audit&size=2",
    "search, two letters": "/en/search?q=ag",
    "search, a word that all hold": "/en/search?q=synthetic",
    "search, a word in one issue": "/en/search?q=agreement&issue=windsurf",
    "timeline": "/en/timeline",
    "timeline, the last page": "/en/timeline?size=50&page=LAST",
    "chart of the timeline": "/en/charts/timeline",
    "figures": "/en/figures",
    "sources": "/en/sources",
    "one source": "/en/sources/synthetic-source-001",
    "overview": "/en/",
    "one issue": "/en/issues/ownership",
    "one issue, briefing": "/en/issues/ownership/briefing",
    "one party": "/en/parties/microsoft",
    "contradictions": "/en/contradictions",
    "scenarios": "/en/scenarios",
}
"""What is measured: a name, and an address in which LAST stands for the number of the last page, and DAY for a day that
nobody has asked for yet.

Each page shows as much at every size: what is rare is of the dossier itself, which every synthetic release holds whole,
and three words are asked for in pages of two. A page of one row is not held against a page of thirty.
"""

SLOW = 2.0
"""Seconds after which a view is asked no more than twice."""
UNBOUNDED = 40
"""Ranking without a bound is measured over one in so many queries."""


@dataclass(frozen=True)
class Growth:
    """The median of one view in milliseconds, by the number of claims."""

    view: str
    address: str
    medians: Mapping[int, float]
    spread: float
    """The largest ratio of the third to the first quartile: how much the machine's noise may have moved a median."""

    @property
    def exponent(self) -> float | None:
        points = [(math.log(claims), math.log(median)) for claims, median in self.medians.items()]
        return statistics.linear_regression(*zip(*points, strict=True)).slope if len(points) > 1 else None


class Reader:
    """One reader of a release, who asks the application itself: no network, no server."""

    def __init__(self, folder: Path) -> None:
        self.app: Any = create_app(Settings(releases=folder, cache_bytes=0, warm=False, query_seconds=0))

    def get(self, address: str) -> tuple[int, bytes]:
        return asyncio.run(self._get(address))

    def time(self, address: str) -> float:
        """The seconds of processor time that one request takes."""
        return asyncio.run(self._time(address))

    async def _time(self, address: str) -> float:
        start = time.process_time()
        status, _ = await self._get(address)
        taken = time.process_time() - start
        if status != 200:
            raise ValueError(f"{address} answers {status}")
        return taken

    async def _get(self, address: str) -> tuple[int, bytes]:
        path, _, query = address.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(b"host", b"localhost")],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        status, body = 0, bytearray()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            nonlocal status
            status = message.get("status", status)
            body.extend(message.get("body", b""))

        await self.app(scope, receive, send)
        return status, bytes(body)


def measure_growth(releases: Mapping[int, Path], repeats: int = 9) -> list[Growth]:
    """Measure every view on every release: its number of claims → the folder that holds it."""
    readers = {claims: Reader(folder) for claims, folder in sorted(releases.items())}
    for reader in readers.values():
        # The first request opens the release, which reads all of its file.
        reader.get("/en/")
    return [_measure_view(readers, view, address, repeats) for view, address in VIEWS.items()]


def _measure_view(readers: Mapping[int, Reader], view: str, address: str, repeats: int) -> Growth:
    """One view of all releases in turn, so that a machine that slows down does so for all of them."""
    addresses = {claims: _with_last_page(reader, address) for claims, reader in readers.items()}
    seconds: dict[int, list[float]] = {claims: [] for claims in readers}
    for turn in range(repeats + 1):
        for claims, reader in readers.items():
            # A server reads its release again from time to time, so one slow answer says nothing yet.
            if sum(each > SLOW for each in seconds[claims]) < 2:
                unseen = date(2022, 3, 1) + timedelta(days=turn)
                taken = reader.time(addresses[claims].replace("DAY", unseen.isoformat()))
                # The first answer is not counted, but where it is as slow as it will be.
                if turn or taken > SLOW:
                    seconds[claims].append(taken)
    quartiles = [statistics.quantiles(each, n=4) for each in seconds.values() if len(each) > 3]
    spread = max((third / first for first, _, third in quartiles), default=1.0)
    medians = {claims: statistics.median(each) * 1000 for claims, each in seconds.items()}
    return Growth(view, address, medians, spread)


def _with_last_page(reader: Reader, address: str) -> str:
    if "LAST" not in address:
        return address
    path = address.partition("?")[0]
    size = 50 if "size=50" in address else 30
    _, body = reader.get(f"{path}.json?size=1")
    return address.replace("LAST", str(-(-json.loads(body)["count"] // size)))


def table(rows: Sequence[Growth]) -> str:
    """The measurements as a table in Markdown."""
    sizes = sorted(rows[0].medians)
    lines = [
        "| view | " + " | ".join(f"{size:,} claims" for size in sizes) + " | exponent | spread |",
        "|---|" + "---|" * (len(sizes) + 2),
    ]
    for row in rows:
        times = " | ".join(f"{row.medians[size]:.1f}" for size in sizes)
        exponent = "" if row.exponent is None else f"{row.exponent:.2f}"
        lines.append(f"| {row.view} | {times} | {exponent} | {row.spread:.1f} |")
    return "\n".join(lines)


def make_releases(folder: Path, sizes: Sequence[int]) -> dict[int, Path]:
    """The synthetic releases of these sizes below a folder, made where they are not there yet."""
    dossier = load_dossier(PROJECT / "dossier")
    made = {}
    for size in sizes:
        made[size] = folder / str(size)
        if not _can_be_opened(ReleaseFolder(made[size])):
            publish(dossier, ReleaseFolder(made[size]), synthetic=Synthetic(dossier, size, 0))
    return made


def _can_be_opened(folder: ReleaseFolder) -> bool:
    """Whether the folder's current release is there, and of the schema of today."""
    current = folder.current_id()
    if current is None:
        return False
    try:
        OpenRelease(folder.path_of(current)).close()
    except (OSError, ValueError, DamagedRelease):
        return False
    return True


@dataclass
class Measured:
    """What has been measured so far: the ratios of ``bench/ratios.py`` that are about growth, and the report."""

    ratios: dict[str, list[float]] = field(default_factory=dict)
    report: str = ""


def measure(folder: Path, sizes: Sequence[int], queries: int) -> Iterator[Measured]:
    """Measure step by step, and give after each what there is so far: whoever is interrupted has the steps before.

    What is measured "at" the largest size is given under its name, so that a smaller run never passes for a larger
    one. The exponent is that of the view that grows most.
    """
    releases = make_releases(folder, sizes)
    least, most = min(sizes), max(sizes)
    found = Measured()
    current = ReleaseFolder(releases[most]).current_id()
    assert current is not None
    release = OpenRelease(ReleaseFolder(releases[most]).path_of(current))
    with release.session() as session:
        settled = read_sets(session).settled
        typed = {words: _queries(session, words, queries) for words in (1, 2, 3)}
    for words, each in typed.items():
        taken = [_sql_seconds(release, Viewpoint("en", settled), one) for one in each]
        name = f"search p99 at {_power(most)}, {('one word', 'two words', 'three words')[words - 1]}"
        found.ratios[name] = [1000 * _p99(taken)]
        yield found
        if words == 1:
            # Without a bound a search takes a hundred times as long, so it is asked of some of the words.
            some = max(10, queries // UNBOUNDED)
            with release.session() as session:
                unbounded = [_rank_all(session, one) for one in each[:some]]
            name = f"search p99 at {_power(most)} / unbounded ranking"
            found.ratios[name] = [_p99(taken[:some]) / _p99(unbounded)]
            yield found
    with release.session() as session:
        found.ratios[f"facet counts at {_power(most)}: precomputed / live"] = [
            statistics.median(_seconds(partial(_facets, session, settled)) for _ in range(9))
            / _seconds(partial(_count_tags, session, settled))
        ]
    release.close()
    yield found
    rows = measure_growth(releases)
    at = {row.view: row.medians[most] for row in rows}
    worst = max(rows, key=lambda row: row.exponent or 0)
    found.ratios[f"growth exponent of a page, {_power(least)} to {_power(most)} claims"] = [worst.exponent or 0]
    found.ratios[f"deep page / first page at {_power(most)}"] = [at["claims, the last page"] / at["claims"]]
    found.report = f"{table(rows)}\n\nThe view that grows most: {worst.view}."
    yield found


def _power(size: int) -> str:
    """A size as the ratios write it; one that is no power of ten is none of theirs."""
    power = round(math.log10(size))
    return f"10^{power}" if size == 10**power else f"{size:,}"


def _seconds(work: Callable[[], object]) -> float:
    """The processor time that a piece of work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def _p99(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[98]


def _queries(session: Session, words: int, count: int) -> list[str]:
    """Words that stand together in texts drawn by lot, as often as they are used: common words are asked for often."""
    draw = random.Random(words)  # noqa: S311 — a benchmark draws the same every time; nothing is secret.
    last = session.connection().execute(text("SELECT max(rowid) FROM listing_text")).scalar_one()
    found: list[str] = []
    while len(found) < count:
        row = session.connection().execute(
            text("SELECT en FROM listing_text WHERE rowid = :row"), {"row": draw.randint(1, last)}
        )
        there = list(dict.fromkeys(re.findall(r"[a-z]{4,}", (row.scalar() or "").lower())))
        if len(there) >= words:
            found.append(" ".join(draw.sample(there, words)))
    return found


def _sql_seconds(release: OpenRelease, viewpoint: Viewpoint, typed: str) -> float:
    """The processor time that SQLite takes for a search: its statements, asked again on the bare connection.

    Each search has a session of its own, as a page has: what one search found out helps no other.
    """
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        asked.append((statement, parameters))

    with release.session() as session:
        event.listen(release.engine, "before_cursor_execute", note)
        try:
            search(session, chosen=Filter(q=typed), viewpoint=viewpoint)
        finally:
            event.remove(release.engine, "before_cursor_execute", note)
        bare: Any = session.connection().connection.driver_connection
        return sum(_seconds(partial(_ask, bare, *each)) for each in asked)


def _rank_all(session: Session, typed: str) -> float:
    """What the same would take if all that is found were ranked."""
    statement = "SELECT rowid FROM listing_text WHERE listing_text MATCH ? ORDER BY bm25(listing_text) LIMIT 30"
    bare: Any = session.connection().connection.driver_connection
    sought = understand(typed).sought()
    assert sought
    return _seconds(partial(_ask, bare, statement, (match_expression(sought),)))


def _ask(connection: Any, statement: str, parameters: Any) -> None:
    connection.execute(statement, parameters).fetchall()


def _facets(session: Session, as_of: date) -> None:
    """All facets of the claims, by what publishing wrote."""
    count_facets(session, listing=Listing.CLAIMS, chosen=Filter(), as_of=as_of)


def _count_tags(session: Session, as_of: date) -> None:
    """The same, counted among the tags themselves."""
    live = """
        SELECT parameter, value, count(*) FROM listing_tag WHERE listing = 'claims' AND since <= :day AND until > :day
        AND item IN (SELECT item FROM listing_item WHERE listing = 'claims' AND visible_from <= :day) GROUP BY 1, 2
    """
    session.connection().execute(text(live), {"day": as_of.isoformat()}).all()


def main(
    folder: Annotated[Path, typer.Option(help="Where the synthetic releases are kept.")],
    claims: Annotated[list[int], typer.Option(help="A number of claims; may be repeated.")],
    repeats: Annotated[int, typer.Option(min=1)] = 9,
) -> None:
    """Print how long each kind of page takes at each number of claims, in milliseconds."""
    print(table(measure_growth(make_releases(folder, claims), repeats)))


if __name__ == "__main__":
    typer.run(main)
