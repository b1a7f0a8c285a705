"""What has become of the addresses that the dossier cites: alive, moved, changed, gone; and a report for the editor."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from app.dates import IncompleteDate
from app.dossier.schema import Dossier, Source
from app.vocabulary import CheckOutcome
from app.watch.addresses import normalise
from app.watch.feeds import decode, words_of
from app.watch.fetching import Client, Failed, Reply
from app.watch.mentions import Check, Store
from app.watch.running import AT_ONCE, Report

ARCHIVE = "https://archive.org/wayback/available"
GONE = (404, 410)
KEPT_EVERY = 20
"""Checks after which what is known is written down; a kill loses at most so many, and they are only made again."""


class Inspection(Struct, frozen=True):
    """What a check of the sources came to; ``unreached`` are those that nobody answered for."""

    checks: Mapping[str, Check]
    unreached: int

    @property
    def failed(self) -> bool:
        return bool(self.checks) and self.unreached == len(self.checks)


async def watch_sources(dossier: Dossier, store: Store, client: Client, report: Report) -> Inspection:
    """Ask for every cited address. Where nobody at all answers, the network is at fault and nothing is written."""
    known = store.checks()
    made: dict[str, Check] = {}
    unreached = 0
    places = asyncio.Semaphore(AT_ONCE)

    async def one(source: Source) -> None:
        nonlocal unreached
        async with places:
            check, reached = await check_source(source, known.get(source.id), client)
            made[source.id] = check
            unreached += not reached
            if len(made) % KEPT_EVERY == 0 and unreached < len(made):
                store.keep_checks({**known, **made})
            report({"event": "source", "source": source.id, "outcome": check.outcome, "problem": check.problem})

    await asyncio.gather(*(one(each) for each in dossier.sources if each.url))
    inspection = Inspection(made, unreached)
    if not inspection.failed:
        cited = {each.id for each in dossier.sources}
        store.keep_checks({key: check for key, check in {**known, **made}.items() if key in cited})
    return inspection


async def check_source(source: Source, before: Check | None, client: Client) -> tuple[Check, bool]:
    """What became of a source's address, and whether anybody answered.

    Only HEAD is asked where that shows that nothing changed; its refusals are never believed before GET says the same.
    """
    assert source.url is not None
    today = client.time.now().date()
    try:
        head = await _head(source.url, client)
        if head and before and before.digest and head.status == 200 and _same(head, before):
            moved = _moved(source.url, head)
            same = before.outcome if before.outcome is CheckOutcome.CHANGED else CheckOutcome.ALIVE
            outcome = CheckOutcome.MOVED if moved else same
            kept = {"digest": before.digest, "etag": before.etag, "modified": before.modified}
            return Check(outcome=outcome, when=today, status=200, address=moved, **kept), True
        reply = await client.ask(source.url)
    except Failed as failed:
        archived = None if failed.reached else await _archived(source, client)
        digest = before.digest if before else None
        unknown = CheckOutcome.UNKNOWN
        problem = failed.problem
        return Check(outcome=unknown, when=today, archived=archived, problem=problem, digest=digest), failed.reached
    return await _judge(source, reply, before, client, today), True


async def _head(url: str, client: Client) -> Reply | None:
    """What HEAD says; ``None`` where a server cannot answer it but may well answer GET."""
    try:
        return await client.ask(url, method="HEAD")
    except Failed as failed:
        if not failed.reached or failed.retry_at is not None:
            raise
        return None


async def _judge(source: Source, reply: Reply, before: Check | None, client: Client, today: date) -> Check:
    assert source.url is not None
    first = before.digest if before else None
    if reply.status in GONE:
        archived = await _archived(source, client)
        return Check(outcome=CheckOutcome.GONE, when=today, status=reply.status, archived=archived, digest=first)
    if reply.status != 200:
        problem = f"answered {reply.status}"
        return Check(outcome=CheckOutcome.UNKNOWN, when=today, status=reply.status, problem=problem, digest=first)
    digest, moved = content_digest(reply), _moved(source.url, reply)
    same = CheckOutcome.CHANGED if first and first != digest else CheckOutcome.ALIVE
    return Check(
        outcome=CheckOutcome.MOVED if moved else same,
        when=today,
        status=200,
        address=moved,
        # The first content that was seen stays the measure: a page that changed has changed until it is as it was.
        digest=first or digest,
        etag=reply.headers.get("etag"),
        modified=reply.headers.get("last-modified"),
    )


def _same(head: Reply, before: Check) -> bool:
    """Whether the server says that this is what was read before."""
    etag, modified = head.headers.get("etag"), head.headers.get("last-modified")
    return etag == before.etag if etag and before.etag else bool(modified) and modified == before.modified


def _moved(url: str, reply: Reply) -> str | None:
    """Where an address has led to, if that is another document; one that is too long to keep counts as the same."""
    return reply.address if normalise(reply.address) != normalise(url) and len(reply.address) <= 2000 else None


def content_digest(reply: Reply) -> str:
    """The SHA-256 of what a reader would read: of a page its words, of anything else its bytes."""
    if "html" not in reply.headers.get("content-type", ""):
        return hashlib.sha256(reply.body).hexdigest()
    return hashlib.sha256(words_of(decode(reply.body, reply.charset)).encode()).hexdigest()


async def _archived(source: Source, client: Client) -> str | None:
    """The archived copy nearest to the day of publication, by the Wayback Machine's availability API."""
    day = IncompleteDate.parse(source.published).last
    query = urlencode({"url": source.url, "timestamp": f"{day:%Y%m%d}"})
    try:
        reply = await client.ask(f"{ARCHIVE}?{query}", robots=False)
        closest = json.loads(reply.body)["archived_snapshots"]["closest"]
        found = str(closest["url"]).replace("http://", "https://", 1)
        fit = closest["available"] and found.startswith("https://web.archive.org/") and not set(found) & set(" \n\t")
    except (Failed, ValueError, KeyError, TypeError):
        return None
    return found if fit else None


def report_data(dossier: Dossier, inspection: Inspection) -> dict[str, Any]:
    """The report as data: every source checked, in the order of the dossier."""
    checked = [(each, inspection.checks[each.id]) for each in dossier.sources if each.id in inspection.checks]
    memory = {"digest", "etag", "modified"}
    return {
        "count": len(checked),
        "outcomes": dict(sorted(Counter(str(check.outcome) for _, check in checked).items())),
        "items": [
            {"id": source.id, "url": source.url, **check.model_dump(mode="json", exclude=memory)}
            for source, check in checked
        ],
    }


def report_text(data: Mapping[str, Any]) -> str:
    """The report for a person, in Markdown: what needs a look first, and then the rest."""
    lines = ["# Cited addresses", "", *(f"- {name}: {count}" for name, count in data["outcomes"].items())]
    order = (CheckOutcome.GONE, CheckOutcome.MOVED, CheckOutcome.CHANGED, CheckOutcome.UNKNOWN)
    for outcome in order:
        found = [each for each in data["items"] if each["outcome"] == outcome]
        if found:
            lines += ["", f"## {outcome.capitalize()}", "", "| source | address | what was found |", "|---|---|---|"]
        for each in found:
            said = [each["problem"], each["address"], each["status"], each["archived"]]
            words = ", ".join(str(part) for part in said if part).replace("|", "%7C")
            lines.append(f"| `{each['id']}` | {each['url'].replace('|', '%7C')} | {words} |")
    return "\n".join(lines) + "\n"


def write_report(path: Path, dossier: Dossier, inspection: Inspection) -> tuple[Path, Path]:
    """Write the report as Markdown and as JSON, side by side, whichever of the two is named."""
    data = report_data(dossier, inspection)
    text, body = path.with_suffix(".md"), path.with_suffix(".json")
    text.write_text(report_text(data), "utf-8")
    body.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return text, body
