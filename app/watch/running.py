"""One round of the watch: every feed asked, what is new kept, what was learnt of each feed remembered."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from app.dossier.schema import Dossier, Feed
from app.vocabulary import FeedKind
from app.watch.addresses import mention_id
from app.watch.feeds import BadFeed, Entry, read_feed
from app.watch.fetching import Client, Failed, Reply
from app.watch.matching import Matched, alike, match
from app.watch.mentions import FeedState, Mention, Store

Report = Callable[[Mapping[str, Any]], None]
"""Told of each thing done, as words and numbers."""

AT_ONCE = 8
"""Feeds or sources asked at a time, whatever their hosts."""
OLDEST = timedelta(days=400)
"""What was published longer ago is not news, even to a watch that runs for the first time."""
SYNDICATED = timedelta(days=3)
"""How far apart two publications of the same news may be."""
COURTLISTENER = ("www.courtlistener.com", "courtlistener.com")


class Round(Struct, frozen=True):
    """What a round came to; ``problems`` are the feeds that could not be read, ``unreached`` those nobody answered."""

    asked: int
    new: int
    problems: Mapping[str, str]
    unreached: int

    @property
    def failed(self) -> bool:
        """Whether nothing at all could be read."""
        return bool(self.asked) and len(self.problems) == self.asked


class _Known:
    """The mentions there are: what is new must be none of them, by address or, for news, by title."""

    def __init__(self, mentions: tuple[Mention, ...]) -> None:
        self._ids = {each.id for each in mentions}
        self._news = [each for each in mentions if each.kind == FeedKind.FEED]

    def takes(self, mention: Mention) -> bool:
        """Whether a mention is new; it is known from then on."""
        if mention.id in self._ids or (mention.kind == FeedKind.FEED and self._told(mention)):
            return False
        self._ids.add(mention.id)
        if mention.kind == FeedKind.FEED:
            self._news.append(mention)
        return True

    def _told(self, mention: Mention) -> bool:
        near = (each for each in self._news if abs(each.day - mention.day) <= SYNDICATED)
        return any(alike(each.title, mention.title) for each in near)


async def watch_feeds(
    dossier: Dossier, store: Store, states: Mapping[str, FeedState], client: Client, token: str | None, report: Report
) -> Round:
    """Ask every feed of a dossier, append what is new, and remember each feed as soon as it is read."""
    known, kept = _Known(store.mentions()), dict(states)
    problems: dict[str, str] = {}
    new, unreached = 0, 0
    places = asyncio.Semaphore(AT_ONCE)

    async def one(feed: Feed) -> None:
        nonlocal new, unreached
        async with places:
            state = kept.get(feed.id, FeedState())
            now = client.time.now()
            try:
                entries, learnt = await _read(feed, state, dossier, client, token)
                found = [each for entry in entries if (each := _mention(entry, feed, dossier, now.date()))]
                fresh = [each for each in found if known.takes(each)]
                # First the mentions, durably, then what would keep the feed from being read again.
                store.append(fresh)
            except Failed as failed:
                problems[feed.id] = failed.problem
                unreached += not failed.reached
                until = failed.retry_at.isoformat() if failed.retry_at else state.not_before
                learnt = replace(state, problem=failed.problem, not_before=until)
                fresh = []
            new += len(fresh)
            kept[feed.id] = replace(learnt, attempted=now.isoformat(), mentions=learnt.mentions + len(fresh))
            store.keep_feeds(kept)
            report({"event": "feed", "feed": feed.id, "new": len(fresh), "problem": problems.get(feed.id)})

    await asyncio.gather(*(one(feed) for feed in dossier.watch))
    return Round(len(dossier.watch), new, problems, unreached)


def query_digest(feed: Feed, dossier: Dossier) -> str:
    """A digest of everything that decides what a feed's entries mean; when it changes, the feed is read anew."""
    topics = [topic.model_dump_json() for topic in dossier.topics if topic.id in feed.topics]
    parties = [party.model_dump_json() for party in dossier.parties] if feed.topics else []
    return hashlib.sha256("\0".join((feed.model_dump_json(), *topics, *parties)).encode()).hexdigest()[:16]


async def _read(
    feed: Feed, state: FeedState, dossier: Dossier, client: Client, token: str | None
) -> tuple[tuple[Entry, ...], FeedState]:
    """The entries of a feed, none if it has not changed, and what to remember of it."""
    now = client.time.now()
    if state.not_before and now < (until := datetime.fromisoformat(state.not_before)):
        raise Failed(f"asked not to be asked before {until:%Y-%m-%d %H:%M} UTC", retry_at=until)
    if feed.kind is FeedKind.EDGAR and not client.manners.has_contact:
        raise Failed("EDGAR is asked only with an e-mail address or page in FAULTLINES_WATCH_USER_AGENT")
    query = query_digest(feed, dossier)
    headers = {"Accept": "application/json" if feed.kind is not FeedKind.FEED else "application/xml, */*;q=0.5"}
    if state.query == query:
        headers |= {"If-None-Match": state.etag} if state.etag else {}
        headers |= {"If-Modified-Since": state.modified} if state.modified else {}
    host = urlsplit(feed.address).hostname
    trusted = feed.kind is FeedKind.DOCKET and (host in COURTLISTENER or host in client.manners.allowed)
    secret = ("Authorization", f"Token {token}") if token and trusted else None
    # Interfaces for programs have rules of their own; robots.txt speaks to those who follow links (decision 0023).
    reply = await client.ask(feed.address, headers=headers, secret=secret, robots=feed.kind is FeedKind.FEED)
    learnt = replace(state, succeeded=now.isoformat(), problem=None, not_before=None, query=query)
    if reply.status == 304:
        return (), learnt
    if reply.status != 200:
        raise Failed(_refusal(feed, reply))
    try:
        entries = read_feed(reply.body, feed=feed, charset=reply.charset)
    except BadFeed as bad:
        raise Failed(str(bad)) from None
    etag, modified = reply.headers.get("etag"), reply.headers.get("last-modified")
    return entries, replace(learnt, entries=len(entries), etag=etag, modified=modified)


def _refusal(feed: Feed, reply: Reply) -> str:
    if feed.kind is FeedKind.DOCKET and reply.status in (401, 403):
        return f"answered {reply.status}; CourtListener wants a token, FAULTLINES_WATCH_COURTLISTENER_TOKEN"
    return f"answered {reply.status}, expected 200"


def _mention(entry: Entry, feed: Feed, dossier: Dossier, today: date) -> Mention | None:
    """A mention for an entry that bears on an issue and is recent; ``None`` for any other."""
    if entry.day is not None and entry.day < today - OLDEST:
        return None
    matched: Matched | None = match(entry, feed, dossier)
    if matched is None:
        return None
    return Mention(
        id=mention_id(entry.address),
        title=entry.title,
        publisher=feed.publisher,
        address=entry.address,
        published=entry.day,
        seen=today,
        language=feed.language,
        feed=feed.id,
        kind=feed.kind,
        issues=matched.issues,
        parties=matched.parties,
        terms=matched.terms,
    )
