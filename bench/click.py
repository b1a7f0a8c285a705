"""How long a reader waits for a filter: from the click on a value until its result is painted, in a real browser.

    python -m bench.click --folder DIR --claims 1000000

serves the synthetic release in ``DIR/CLAIMS`` on this machine with nothing kept (``FAULTLINES_CACHE_BYTES=0``),
and clicks on facet values and chips of the list of claims drawn by lot, each from the view that the click before it led
to. It prints the median and the 99th percentile of the milliseconds until the second frame after the result is in the
page, and what the server's part of them is.
"""

import os
import random
import statistics
from pathlib import Path
from typing import Annotated, Any

import typer
from playwright.sync_api import Page, sync_playwright

from bench.contenders import ours, running
from bench.growth import make_releases
from scripts.serving import free_port

WATCH = """
document.addEventListener("click", (event) => {
  window.clicked = event.timeStamp;
  window.painted = null;
}, true);
document.addEventListener("htmx:after:swap", () =>
  requestAnimationFrame(() => requestAnimationFrame(() => { window.painted = performance.now(); })));
"""
"""A frame has been painted when the next begins: at 60 a second these are 16 to 33 ms of the wait."""
SERVER = """
() => performance.getEntriesByType("resource").filter((each) => each.initiatorType === "fetch")
  .map((each) => each.responseEnd - each.requestStart).at(-1)
"""
MOST_CHOSEN = 3
"""With so many values chosen, one of them is taken away again."""


def measure(tab: Page, site: str, clicks: int) -> list[tuple[float, float]]:
    """The milliseconds of each click, until its result was painted and until its answer had come."""
    draw = random.Random(0)  # noqa: S311 — a benchmark draws the same every time; nothing is secret.
    tab.add_init_script(WATCH)
    tab.goto(f"{site}/en/claims")
    taken = []
    # The first click starts what the browser loads once, and is not counted.
    for number in range(clicks + 1):
        chips = tab.locator("#results [data-chip]")
        values = tab.locator('#results [data-facet]:visible:not([aria-current]):not([data-count="0"])')
        links = chips if chips.count() >= MOST_CHOSEN or not values.count() else values
        links.nth(draw.randrange(links.count())).click()
        tab.wait_for_function("() => window.painted", timeout=60_000)
        if number:
            wait: float = tab.evaluate("() => window.painted - window.clicked")
            taken.append((wait, float(tab.evaluate(SERVER))))
    return taken


def main(
    folder: Annotated[Path, typer.Option(help="Where the synthetic releases are kept.")],
    claims: Annotated[int, typer.Option(help="How many claims the release has.")] = 1_000_000,
    clicks: Annotated[int, typer.Option(min=10)] = 200,
    port: Annotated[int, typer.Option(help="Where the site is served; 0 is any free port.")] = 0,
) -> None:
    """Print what a click on a filter costs."""
    made = make_releases(folder, [claims])[claims]
    served = ours("clicked", made, port or free_port(), cache_bytes="0")
    browser_path: Any = os.environ.get("FAULTLINES_TEST_BROWSER") or None
    with running(served), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path)
        taken = measure(browser.new_page(), f"http://127.0.0.1:{served.port}", clicks)
        browser.close()
    painted, answered = (sorted(each) for each in zip(*taken, strict=True))
    for name, each in (("painted", painted), ("answered", answered)):
        p99 = statistics.quantiles(each, n=100, method="inclusive")[98]
        print(f"{name}: median {statistics.median(each):.0f} ms, p99 {p99:.0f} ms, longest {each[-1]:.0f} ms")
    print(f"{clicks} clicks among {claims:,} claims; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    typer.run(main)
