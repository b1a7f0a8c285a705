"""What can be said of an entry, and from when until when: the source of every filter, count and badge."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from app.models import FOREVER, ListingTag


class Interval(NamedTuple):
    """Days from ``since`` until the day before ``until``."""

    since: date
    until: date


class Tags:
    """The tags of one entry: for each parameter and value, the intervals in which it holds."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], list[Interval]] = defaultdict(list)

    def add(self, parameter: str, value: str, interval: Interval) -> None:
        if interval.since < interval.until:
            self.held[parameter, str(value)].append(interval)

    def replace(self, parameter: str, values: Iterable[str], since: date) -> None:
        """Let a parameter have just these values, from a day on."""
        for key in [key for key in self.held if key[0] == parameter]:
            del self.held[key]
        for value in values:
            self.add(parameter, value, Interval(since, FOREVER))

    def merge(self, other: "Tags", since: date) -> None:
        """Take over all that another entry holds, but nothing before ``since``."""
        for (parameter, value), intervals in other.held.items():
            for interval in intervals:
                self.add(parameter, value, Interval(max(since, interval.since), interval.until))

    def rows(self, listing: str, item: str) -> Iterator[ListingTag]:
        """The rows to store; overlapping intervals are joined, so that no entry is counted twice."""
        for (parameter, value), intervals in sorted(self.held.items()):
            for since, until in joined(intervals):
                yield ListingTag(listing=listing, item=item, parameter=parameter, value=value, since=since, until=until)


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same days as disjoint intervals, in order."""
    result: list[Interval] = []
    for interval in sorted(intervals):
        if result and interval.since <= result[-1].until:
            result[-1] = Interval(result[-1].since, max(result[-1].until, interval.until))
        else:
            result.append(interval)
    return result
