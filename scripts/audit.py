"""Judges the site by two tools from outside: the Nu HTML checker over every kind of page, and Lighthouse.

``python -m scripts.audit html`` or ``lighthouse`` runs one of them. ``make audit`` brings the tools.
Exit codes: 0 all is well, 1 something was found, 3 a tool is missing.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from playwright.sync_api import sync_playwright

from app.settings import PROJECT
from scripts.page_kinds import LANGUAGES, PAGES, STATUS
from scripts.serving import served

TOOLS = PROJECT / "audit" / "node_modules"
CHECKER = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
LIGHTHOUSE = TOOLS / ".bin" / "lighthouse"

MEASURED = {"overview": "/en/", "issue": "/en/issues/ownership", "scenarios": "/en/scenarios"}
DEVICES: dict[str, tuple[str, ...]] = {"desktop": ("--preset=desktop",), "mobile": ()}
LEAST = {"accessibility": 100, "best-practices": 100, "performance": 98}
"""The lowest score that passes, of 100."""
RUNS = 3
"""Performance varies with what else the machine does: where it fails, the median of this many runs decides."""


BEHIND = (
    # The link type `expect` is in the HTML Standard and holds the first paint back, in the browsers that know it.
    "A “link” element with a “blocking” attribute must have a “rel” attribute whose value is “stylesheet”.",
)
"""What the checker calls an error because it does not know the standard's newer parts; each with the reason."""


def main() -> int:
    parts = sys.argv[1:] or ["html", "lighthouse"]
    for tool in (CHECKER, LIGHTHOUSE):
        if not tool.exists():
            print(f"{tool.relative_to(PROJECT)} is missing: run `make audit`, which installs it.", file=sys.stderr)
            return 3
    os.environ["CHROME_PATH"] = os.environ.get("FAULTLINES_TEST_BROWSER") or downloaded_browser()
    with served(styleguide=True) as site:
        faults = check_html(site) if "html" in parts else 0
        short = list(measure(site)) if "lighthouse" in parts else []
    print(f"audit: {faults} errors in the HTML, {len(short)} measurements fall short")
    return 1 if faults or short else 0


def downloaded_browser() -> str:
    """The Chromium that Playwright downloads, where the machine has none of its own."""
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def check_html(site: str) -> int:
    """Fetch every kind of page in every language, print what the Nu HTML checker finds, and count its errors."""
    with TemporaryDirectory() as folder:
        addresses: dict[str, str] = {}
        for number, (path, status) in enumerate(every_page(site)):
            page = Path(folder) / f"{number:03}.html"
            page.write_bytes(fetch(f"{site}{path}", status))
            addresses[page.name] = path
        # With Java's usual stack the checker gives up on deeply nested pages.
        command = ["java", "-Xss4m", "-jar", str(CHECKER), "--exit-zero-always", "--format", "json", folder]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        messages = [each for each in json.loads(told.stderr)["messages"] if each["message"] not in BEHIND]
    except (ValueError, KeyError):
        print(told.stderr[-2000:], file=sys.stderr)
        raise OSError("the Nu HTML checker gave no answer; its words are above") from None
    errors = 0
    for each in messages:
        wrong = each["type"] != "info"
        errors += wrong
        kind = "error" if wrong else each.get("subType", "note")
        where = addresses.get(Path(each.get("url", "")).name, "?")
        print(f"{where}:{each.get('lastLine', '?')}: {kind}: {each['message']}\n    {each.get('extract', '').strip()}")
    print(f"Nu HTML checker: {len(addresses)} pages, {errors} errors, {len(messages) - errors} remarks")
    return errors


def every_page(site: str) -> Iterator[tuple[str, int]]:
    """The address and status of every kind of page in every language, of a frozen page and of the style guide."""
    release = json.loads(fetch(f"{site}/readyz", 200))["release"]
    for language in LANGUAGES:
        for kind, path in PAGES.items():
            yield f"/{language}{path}", STATUS.get(kind, 200)
        yield f"/r/{release}/{language}/issues/windsurf", 200
        yield f"/{language}/styleguide", 200


def fetch(address: str, expected: int) -> bytes:
    """The bytes of a page; ``OSError`` where it does not answer as expected."""
    try:
        with urlopen(address) as answer:  # noqa: S310  The address is that of the server started here.
            status, body = answer.status, answer.read()
    except HTTPError as refusal:
        status, body = refusal.code, refusal.read()
    if status != expected:
        raise OSError(f"{address} answered {status}, expected {expected}")
    return bytes(body)


def warm(site: str, path: str) -> None:
    """Ask for a page and what it loads as often as makes the server keep them, packed at leisure: what nearly every
    reader is given.
    """
    loaded = re.findall(r'(?:src|href)="(/static/[^"]+)"', fetch(f"{site}{path}", 200).decode())
    packed = None
    for _ in range(3):
        for each in (*loaded, path):
            # The address is that of the server started here.
            with urlopen(Request(f"{site}{each}", headers={"Accept-Encoding": "br"})) as answer:  # noqa: S310
                packed = answer.headers["Content-Encoding"]
        time.sleep(0.5)
    if packed != "br":
        raise OSError(f"{path} is sent as {packed}, not packed by brotli")


def measure(site: str) -> Iterator[str]:
    """Print Lighthouse's scores for each page and device; yield each measurement that falls short."""
    for page, path in MEASURED.items():
        warm(site, path)
        for device, options in DEVICES.items():
            reports = [run_lighthouse(f"{site}{path}", options)]
            while len(reports) < RUNS and score(reports, "performance") < LEAST["performance"]:
                reports.append(run_lighthouse(f"{site}{path}", options))
            scores = {each: score(reports, each) for each in LEAST}
            shift = max(report["audits"]["cumulative-layout-shift"]["numericValue"] for report in reports)
            fails = any(scores[each] < least for each, least in LEAST.items()) or shift > 0
            told = ", ".join(f"{each} {value:.0f}" for each, value in scores.items())
            runs = f" (median of {len(reports)})" if len(reports) > 1 else ""
            verdict = "  FALLS SHORT" if fails else ""
            print(f"Lighthouse: {page}, {device}: {told}, layout shift {shift:.3f}{runs}{verdict}")
            if fails:
                print_reasons(reports[-1])
                yield f"{page}, {device}"


def score(reports: Sequence[dict[str, Any]], category: str) -> float:
    """The median score of 100; the checks that leave nothing to chance give the same in every run."""
    return statistics.median(100 * (report["categories"][category]["score"] or 0) for report in reports)


def run_lighthouse(address: str, options: Sequence[str]) -> dict[str, Any]:
    """One report. ``OSError`` with Lighthouse's words where it gives none."""
    command = [
        str(LIGHTHOUSE),
        address,
        *options,
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(LEAST)}",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-background-networking",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        print(done.stderr[-2000:], file=sys.stderr)
        raise OSError(f"Lighthouse gave no report of {address}; its words are above") from None
    if failure := report.get("runtimeError"):
        raise OSError(f"Lighthouse could not load {address}: {failure['message']}")
    return report


def print_reasons(report: dict[str, Any]) -> None:
    """Which checks of a report are not passed, with what they concern."""
    for category in LEAST:
        for each in report["categories"][category]["auditRefs"]:
            audit = report["audits"][each["id"]]
            if each["weight"] and audit["score"] is not None and audit["score"] < 1:
                print(f"    {category}: {audit['id']}: {audit['title']} {audit.get('displayValue', '')}".rstrip())
                for item in audit.get("details", {}).get("items", [])[:3]:
                    print(f"        {json.dumps(item.get('node', item))[:200]}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(3)
