"""``python -m bench.gate``: how many threads should make pages? Hits and misses, alone and beside each other.

Each number of threads takes its turn, three rounds; the medians are printed. Run it where nothing else runs.
"""

import statistics
import time
from collections import defaultdict

from app.dossier.loading import load_dossier
from app.publish.building import publish
from app.releases.store import ReleaseFolder
from app.rendering.cards import cards_for
from bench.__main__ import WORK, beside_misses, wrk
from bench.contenders import PAGE, PROJECT, get, ours, running

ROUNDS, SECONDS, PORT = 3, 4, 18205
THREADS = (1, 2, 4, 16)


def main() -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    folder = ReleaseFolder(WORK / "releases")
    publish(load_dossier(PROJECT / "dossier"), folder, prepare=cards_for(folder))
    found: dict[tuple[int, str], list[float]] = defaultdict(list)
    for turn in range(ROUNDS):
        for threads in THREADS:
            site = ours(f"{threads} threads", folder.path, PORT, "gzip", query_threads=str(threads))
            with running(site):
                for _ in range(4):
                    get(PORT, PAGE, Accept_Encoding="gzip")
                one = wrk(site.url, 1, SECONDS, "misses.lua", 1_000)
                many = wrk(site.url, 32, SECONDS, "misses.lua", 5_000)
                # Those whose client has gone are made all the same: hits are alone when that is done.
                time.sleep(SECONDS)
                hits = wrk(site.url, 8, SECONDS)
                beside = beside_misses(site, turn + 1, SECONDS)
            for name, value in (
                ("miss, 1 client, p50 ms", one["p50"]),
                ("misses a second, 32 clients", many["rate"]),
                ("their p50 ms", many["p50"]),
                ("their p99 ms", many["p99"]),
                ("hits a second alone", hits["rate"]),
                ("hits a second beside 8 misses", beside["rate"]),
                ("their p50 ms ", beside["p50"]),
                ("their p99 ms ", beside["p99"]),
            ):
                found[threads, name].append(value)
    names = list(dict.fromkeys(name for _, name in found))
    print("| | " + " | ".join(f"{threads} threads" for threads in THREADS) + " |")
    print("|---" * (len(THREADS) + 1) + "|")
    for name in names:
        print(f"| {name} | " + " | ".join(f"{statistics.median(found[each, name]):.1f}" for each in THREADS) + " |")


if __name__ == "__main__":
    main()
