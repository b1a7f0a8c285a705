"""Takes pictures of every kind of page, to look at them and to see what a change changed.

``python -m scripts.screenshots OUT [--baseline FOLDER] [--only KIND]`` writes PNG files and ``index.html``, a contact
sheet, into OUT. With a baseline, a folder that an earlier run wrote, it says which pictures differ.
Exit codes: 0 done and nothing differs, 1 pictures differ, 2 wrong usage, 3 no browser or no site.

The same project gives the same bytes: the site's day is fixed, movement is off, fonts are those of the machine. So a
baseline is good on one machine with one browser, and two pictures are the same if their digests are.
"""

import argparse
import asyncio
import hashlib
import os
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path

from playwright.async_api import Browser, Error, async_playwright

from scripts.page_kinds import LANGUAGES, PAGES, STATUS
from scripts.serving import served

WIDTHS = (1440, 768, 360)
THEMES = ("light", "dark")
AT_ONCE = 2
"""How many pages are open at a time."""
TALLEST = 8_000
"""Pixels after which a picture is cut off: what repeats below shows nothing new."""
PLAIN = ("overview", "issue", "scenarios", "claims")
"""The kinds also taken without JavaScript."""
PRINTED = ("briefing", "issue", "one claim", "scenarios")
"""The kinds also taken as printed, in the width that A4 leaves between its margins."""
PAPER = 688


@dataclass(frozen=True)
class Shot:
    """One picture: a kind of page in a language, a way of showing it, and a width in pixels."""

    kind: str
    language: str
    way: str
    width: int

    @property
    def file(self) -> str:
        return f"{self.kind.replace(',', '').replace(' ', '-')}.{self.language}.{self.way}.{self.width}.png"

    @property
    def address(self) -> str:
        return f"/{self.language}{PAGES[self.kind]}"


def plan() -> list[Shot]:
    """Every picture of a whole set, in the order of the contact sheet."""
    shots = []
    for kind in PAGES:
        for language in LANGUAGES:
            shots += [Shot(kind, language, theme, width) for theme in THEMES for width in WIDTHS]
            shots += [Shot(kind, language, "no-script", WIDTHS[0])] if kind in PLAIN else []
            shots += [Shot(kind, language, "print", PAPER)] if kind in PRINTED else []
    return shots


async def take(shots: list[Shot], site: str, out: Path) -> None:
    """Write the pictures, a few at a time; ``OSError`` where a page does not answer as it should."""
    waiting = list(reversed(shots))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=os.environ.get("FAULTLINES_TEST_BROWSER") or None,
            args=["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb", "--font-render-hinting=none"],
        )

        async def work() -> None:
            while waiting:
                shot = waiting.pop()
                await take_one(browser, shot, site, out)
                if sys.stderr.isatty():
                    print(f"\r{len(shots) - len(waiting)} of {len(shots)}", end="", file=sys.stderr)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        await browser.close()


async def take_one(browser: Browser, shot: Shot, site: str, out: Path) -> None:
    context = await browser.new_context(
        base_url=site,
        viewport={"width": shot.width, "height": 900},
        color_scheme="dark" if shot.way == "dark" else "light",
        reduced_motion="reduce",
        java_script_enabled=shot.way != "no-script",
    )
    try:
        page = await context.new_page()
        answer = await page.goto(shot.address)
        status, expected = answer.status if answer else 0, STATUS.get(shot.kind, 200)
        if status != expected:
            raise OSError(f"{shot.address} answered {status}, expected {expected}")
        if shot.way == "print":
            await page.emulate_media(media="print")
        tall = (await page.locator("html").bounding_box() or {"height": TALLEST})["height"]
        await page.screenshot(
            path=out / shot.file,
            full_page=True,
            animations="disabled",
            clip={"x": 0, "y": 0, "width": shot.width, "height": min(tall, TALLEST)},
        )
    finally:
        await context.close()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def compare(shots: list[Shot], out: Path, baseline: Path) -> dict[Shot, str]:
    """What differs from an earlier set: ``changed`` or ``new`` for each picture; the rest is the same byte for byte."""
    found = {}
    for shot in shots:
        before = baseline / shot.file
        if not before.exists():
            found[shot] = "new"
        elif digest(before) != digest(out / shot.file):
            found[shot] = "changed"
    return found


def contact_sheet(shots: list[Shot], differing: dict[Shot, str]) -> str:
    """A page that shows all pictures small, those that differ from the baseline first; each leads to its file."""
    lines = [
        "<!doctype html>",
        '<html lang="en"><meta charset="utf-8"><title>Screenshots of Faultlines</title>',
        "<style>body{font:14px sans-serif;margin:1rem}section{display:flex;flex-wrap:wrap;gap:.5rem}",
        "figure{margin:0;width:12rem}img{width:12rem;height:16rem;object-fit:cover;object-position:top;",
        "border:1px solid #888}</style>",
        f"<h1>Screenshots of Faultlines</h1><p>{len(shots)} pictures, {len(differing)} differ from the baseline.</p>",
    ]
    groups = [("Differing", list(differing))] if differing else []
    groups += [(kind, [each for each in shots if each.kind == kind]) for kind in PAGES]
    for title, members in groups:
        lines.append(f"<h2>{escape(title)}</h2><section>")
        for each in members:
            words = " ".join(filter(None, (each.language, each.way, str(each.width), differing.get(each))))
            lines.append(
                f'<figure><a href="{each.file}"><img loading="lazy" src="{each.file}" '
                f'alt="{escape(each.kind)}, {words}"></a><figcaption>{words}</figcaption></figure>'
            )
        lines.append("</section>")
    return "\n".join(lines) + "\n</html>\n"


def main() -> int:
    usage = argparse.ArgumentParser(prog="python -m scripts.screenshots", description=__doc__.partition("\n")[0])
    usage.add_argument("out", type=Path, help="the folder to write; pictures in it are replaced")
    usage.add_argument("--baseline", type=Path, help="a folder that an earlier run wrote, to compare with")
    usage.add_argument("--only", action="append", choices=PAGES, metavar="KIND", help="a kind of page; all without it")
    asked = usage.parse_args()
    out, baseline = asked.out.absolute(), asked.baseline and asked.baseline.absolute()
    if baseline and (not baseline.is_dir() or baseline == out):
        usage.error(f"{baseline} is no folder of an earlier run; make one with `make screenshots OUT=…`")
    out.mkdir(parents=True, exist_ok=True)
    shots = [each for each in plan() if each.kind in (asked.only or PAGES)]
    for each in shots:
        (out / each.file).unlink(missing_ok=True)
    with served() as site:
        asyncio.run(take(shots, site, out))
    differing = compare(shots, out, baseline) if baseline else {}
    (out / "index.html").write_text(contact_sheet(shots, differing), "utf-8")
    for shot, how in differing.items():
        print(f"{how}: {shot.file}")
    print(f"{len(shots)} pictures in {out}" + (f", {len(differing)} differ from {baseline}" if baseline else ""))
    return 1 if differing else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, Error) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(3)
