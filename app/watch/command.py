"""The command ``watch``: rounds, once or again and again, shown on a terminal or logged as JSON."""

import asyncio
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from app.dossier.schema import Dossier
from app.settings import Settings
from app.watch.drafting import draft
from app.watch.fetching import Client, Manners
from app.watch.mentions import Store, WatchedFolder, read_feeds
from app.watch.running import Report, watch_feeds
from app.watch.sources import watch_sources, write_report

INPUT_AT_FAULT = 1
ENVIRONMENT_AT_FAULT = 3
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
SHORTEST = 60
"""Seconds: nobody needs to be asked more often."""


class WrongUse(ValueError):
    """Options that cannot be understood, or not together."""


def seconds_of(text: str) -> int:
    """How long "30m", "6h" or "1d" is; raise ``WrongUse`` for anything else and for less than a minute."""
    found = re.fullmatch(r"([0-9]{1,6})([smhd])", text.strip())
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not SHORTEST <= seconds <= 30 * _UNITS["d"]:
        raise WrongUse(f"--every {text!r} is no time between 60s and 30d, expected one such as 30m, 6h or 1d")
    return seconds


def manners_of(settings: Settings) -> Manners:
    """How to behave outside, by the settings; raise ``FileNotFoundError`` for certificates that are not there."""
    if settings.watch_ca is not None and not settings.watch_ca.is_file():
        raise FileNotFoundError(f"FAULTLINES_WATCH_CA: there is no file {settings.watch_ca}")
    hosts = (each.strip().lower() for each in settings.watch_allow_hosts.split(","))
    return Manners(
        user_agent=settings.watch_user_agent,
        allowed=frozenset(filter(None, hosts)),
        proxy=settings.watch_proxy,
        ca=str(settings.watch_ca) if settings.watch_ca else None,
    )


def run_draft(settings: Settings, dossier: Dossier, identifier: str) -> int:
    """Print what a mention would be in the dossier."""
    mention = next((each for each in WatchedFolder(settings.watched).read().mentions if each.id == identifier), None)
    if mention is None:
        print(f"There is no mention {identifier!r} in {settings.watched}; the site lists them.", file=sys.stderr)
        return INPUT_AT_FAULT
    print(draft(mention, frozenset(each.id for each in (*dossier.sources, *dossier.claims))), end="")
    return 0


def run_watch(
    settings: Settings, dossier: Dossier, *, every: str | None, sources: bool, report: Path | None, drafted: str | None
) -> int:
    """Run one round, or one every so often until it is stopped; the exit code says how the last one went."""
    if drafted is not None:
        raise WrongUse("--draft goes with no other option")
    if report is not None and not sources:
        raise WrongUse("--report goes with --sources")
    pause = seconds_of(every) if every else None
    manners = manners_of(settings)

    async def rounds() -> int:
        while True:
            with Store.opened(settings.watched) as store:
                code = await one_round(settings, dossier, store, manners, sources=sources, report=report)
            if pause is None:
                return code
            await asyncio.sleep(pause)

    try:
        return asyncio.run(rounds())
    except KeyboardInterrupt:
        return 0


async def one_round(
    settings: Settings, dossier: Dossier, store: Store, manners: Manners, *, sources: bool, report: Path | None
) -> int:
    """One round: the feeds, or the sources. It fails only where nothing at all could be read."""
    total = sum(each.url is not None for each in dossier.sources) if sources else len(dossier.watch)
    async with Client.opened(manners) as client:
        with _telling(total) as tell:
            if sources:
                inspection = await watch_sources(dossier, store, client, tell)
                failed, unreached, summary = inspection.failed, inspection.unreached, f"{total} cited addresses"
                problems: Mapping[str, str] = {
                    key: check.problem for key, check in inspection.checks.items() if check.problem
                }
            else:
                done = await watch_feeds(
                    dossier, store, read_feeds(store.folder), client, settings.watch_courtlistener_token, tell
                )
                failed, unreached, problems = done.failed, done.unreached, done.problems
                summary = f"{done.new} new mentions from {total} feeds"
    if failed:
        first = next(iter(problems.items()), ("", ""))
        whom = "nobody could be reached" if unreached == total else "nothing could be read"
        print(f"error: {whom}, {total} asked; {first[0]}: {first[1]}. What is on file stays.", file=sys.stderr)
        return ENVIRONMENT_AT_FAULT
    if report is not None and sources:
        text, body = write_report(report, dossier, inspection)
        summary += f"; report in {text} and {body}"
    if sys.stdout.isatty():
        for key, problem in problems.items():
            print(f"{key}: {problem}")
        print(f"{summary}, {len(problems)} with a problem.")
    else:
        _log({"event": "round", "summary": summary, "problems": len(problems)})
    return 0


@contextmanager
def _telling(total: int) -> Iterator[Report]:
    """How to tell of what is done: a bar on a terminal, else a line of JSON for each thing."""
    console = Console(stderr=True)
    if not (console.is_terminal and sys.stdout.isatty()):
        yield _log
        return
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("watching", total=total)
        advance: Callable[[Mapping[str, Any]], None] = lambda _event: progress.advance(task)  # noqa: E731
        yield advance


def _log(event: Mapping[str, Any]) -> None:
    told = {"time": datetime.now(UTC).isoformat(timespec="seconds"), **event}
    print(json.dumps({name: value for name, value in told.items() if value is not None}), flush=True)
