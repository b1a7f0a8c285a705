"""Counts and durations of requests, for Prometheus.

Every label has few values: the template of the route, never the path; GET, HEAD or another method; the status. Paths
that no route fits share one label, so no client can add a series. With several processes each keeps its counts in a
file of its own below ``PROMETHEUS_MULTIPROC_DIR``, and whichever is asked adds them all up.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from prometheus_client import CollectorRegistry, Counter, Histogram, Metric, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.02, 0.1, 0.5, 2.0)
"""The upper ends of the classes of durations: a kept page, a quick one, a slow one, and what nobody waits for."""

_registry = CollectorRegistry()
_requests = Counter("faultlines_requests", "Requests answered.", ("method", "route", "status"), registry=_registry)
_seconds = Histogram(
    "faultlines_request_seconds",
    "Seconds until a request was answered.",
    ("route",),
    buckets=SECONDS,
    registry=_registry,
)
lines_dropped = Counter(
    "faultlines_log_lines_dropped", "Lines of the log that nobody took in time.", registry=_registry
)
ProcessCollector(registry=_registry)

_series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
"""The series there are already: finding one here costs a tenth of asking the library for it."""


def count(method: str, route: str, status: int, seconds: float) -> None:
    """Note one request that was answered."""
    key = (method if method in ("GET", "HEAD") else "other", route, status)
    found = _series.get(key)
    if found is None:
        found = _series[key] = (_requests.labels(key[0], route, status), _seconds.labels(route))
    found[0].inc()
    found[1].observe(seconds)


class Moment(Collector):
    """What holds at this moment, which nobody counts: name → meaning and number.

    ``feeds`` is when the watch last read each feed, in seconds since 1970.
    """

    def __init__(
        self,
        now: Mapping[str, tuple[str, float]],
        release: str | None,
        feeds: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        self.now, self.release, self.feeds = now, release, feeds

    def collect(self) -> Iterator[Metric]:
        for name, (meaning, value) in self.now.items():
            yield GaugeMetricFamily(f"faultlines_{name}", meaning, value)
        served = GaugeMetricFamily("faultlines_release_info", "The release served.", labels=["release"])
        if self.release is not None:
            served.add_metric([self.release], 1)
        yield served
        name = "faultlines_watch_last_success_timestamp_seconds"
        read = GaugeMetricFamily(name, "When the watch last read each feed.", labels=["feed"])
        for feed, seconds in self.feeds.items():
            read.add_metric([feed], seconds)
        yield read


def exposition(moment: Moment) -> bytes:
    """All metrics as text: the counts of every process, and what holds now."""
    counts, now = _registry, CollectorRegistry()
    if FOLDER in os.environ:
        counts = CollectorRegistry()
        MultiProcessCollector(counts)  # type: ignore[no-untyped-call]
    now.register(moment)
    return generate_latest(counts) + generate_latest(now)


@contextmanager
def shared_between(workers: int) -> Iterator[None]:
    """Let several processes count together, in memory where the system offers a folder there; one needs no folder."""
    if workers == 1 or FOLDER in os.environ:
        yield
        return
    memory = Path("/dev/shm")  # noqa: S108  A folder with a random name and for this user alone is made in it.
    inside = memory if os.access(memory, os.W_OK) else None
    with TemporaryDirectory(prefix="faultlines-", dir=inside, ignore_cleanup_errors=True) as folder:
        os.environ[FOLDER] = folder
        yield
