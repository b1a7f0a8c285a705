"""Charts: the drawing, the table and the CSV say the same, nothing overlaps, and the bytes are always the same."""

import csv
import io
import math
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.charts.bars import Share, draw_shares
from app.charts.drawing import TARGET, Drawing, Shape, Text
from app.charts.matrix import Cell, Line, draw_matrix
from app.charts.placing import Label, flow, place_labels, stack
from app.charts.ranking import Panel, Score, draw_ranking
from app.charts.scale import choose_scale
from app.charts.strip import Reading, draw_strip
from app.charts.text import shorten, width_of, wrap
from app.charts.timeline import Event, Key, Lane, Step, Tick, draw_timeline
from app.charts.tornado import LEAST, Bar, draw_tornado
from app.rendering.charts.frame import MIDDLE, NARROW, WIDE, safe
from app.rendering.labels import label
from app.scenarios.intervals import End, Interval
from app.vocabulary import FALLEN, Bound, DevelopmentKind, Direction, Firmness, IssueStatus, Strength
from tests.page import Page

deterministic = settings(
    derandomize=True, deadline=None, database=None, max_examples=60, phases=(Phase.explicit, Phase.generate)
)

SVG = "{http://www.w3.org/2000/svg}"
WITH_CHARTS = (
    "/",
    "/timeline",
    "/timeline?issue=windsurf",
    "/timeline?from=2026&kind=litigation",
    "/timeline?as_of=2025-06-18",
    "/issues/ownership",
    "/issues/windsurf?as_of=2025-12-31",
    "/figures/microsoft-investment",
    "/figures/profit-share",
    "/charts/timeline",
    "/charts/mix-competition",
    "/charts/attribution-exclusive-rights",
    "/charts/readings-musk-damages",
    "/charts/scenarios",
    "/charts/scenarios?as_of=2025-06-18",
    "/scenarios/evidence?without=attribution:unnamed",
    "/charts/ranking?as_of=2025-07-01",
    "/scenarios/exposure?x.part-paid.funded=sec-funded-2025-09",
    "/charts/swings-profits-to-recoup?x.profits-to-recoup.money=article",
)


def charts_of(found: Page) -> list[Element]:
    return found.all("figure", **{"class": "chart"})


def inside(element: Element, tag: str) -> Iterator[Element]:
    """The elements of a tag, whether of HTML or of SVG."""
    return (each for each in element.iter() if str(each.tag).rpartition("}")[2] == tag)


def marks_of(root: Element) -> list[tuple[str, str, str]]:
    """Key, value and name of each mark, in a page or in a file."""
    links = [each for each in inside(root, "a") if each.get("data-mark")]
    return [(each.get("data-mark") or "", each.get("data-value") or "", each.get("aria-label") or "") for each in links]


def rows_of(figure: Element) -> dict[str, list[str]]:
    """The table: row → the values of its cells, as programs read them."""
    rows = [each for each in figure.iter("tr") if each.get("data-row")]
    return {each.get("data-row") or "": [cell.get("data-raw") or "" for cell in each.iter("td")] for each in rows}


# The twins


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", WITH_CHARTS)
def test_drawing_table_and_csv_say_the_same(
    client: TestClient, page: Callable[..., Page], path: str, language: str
) -> None:
    """On every page with a chart: each mark shows a value of its row, each row has a mark, and the CSV has the rows."""
    figures = charts_of(page(f"/{language}{path}"))
    assert figures, f"{path} has no chart"
    for figure in figures:
        rows = rows_of(figure)
        for drawing in inside(figure, "svg"):
            marks = marks_of(drawing)
            drawn = {key for key, _, _ in marks}
            # A line of steps shows every row; of those that lie close together only the latest has a mark.
            corners = [line for line in inside(drawing, "polyline") if (line.get("class") or "").split() == ["steps"]]
            if corners:
                assert drawn <= set(rows)
                assert sum(len((line.get("points") or "").split()) for line in corners) == 2 * len(rows)
            else:
                assert drawn == set(rows), "marks and rows differ"
            for key, value, _ in marks:
                assert value in rows[key], f"{key} is drawn as {value}, its row says {rows[key]}"
        links = [each.get("href") or "" for each in inside(figure, "a") if each.get("download")]
        table = next(each for each in links if urlsplit(each).path.endswith(".csv"))
        text = client.get(urljoin(path, table)).text
        head, *lines = list(csv.reader(io.StringIO(text, newline="")))
        assert head[0] == "id"
        assert {line[0]: line[1:] for line in lines} == rows
        assert text.count("\r\n") == len(rows) + 1
        drawn = next(each for each in links if urlsplit(each).path.endswith(".svg"))
        file = ElementTree.fromstring(client.get(drawn).content)
        assert set(marks_of(file)) == set(marks_of(list(inside(figure, "svg"))[-1]))


@pytest.mark.parametrize("path", WITH_CHARTS)
def test_a_chart_has_all_its_parts(page: Callable[..., Page], path: str) -> None:
    """A name that is the finding, how to read it, a source, a permalink, downloads, and marks in lists that lead on."""
    for figure in charts_of(page(f"/en{path}")):
        name = figure.get("data-chart")
        ids = {each.get("id") for each in figure.iter()}
        for drawing in inside(figure, "svg"):
            assert drawing.get("role") == "group"
            assert {drawing.get("aria-labelledby"), drawing.get("aria-describedby")} <= ids
            lists = [each for each in inside(drawing, "g") if each.get("role") == "list"]
            for each in lists:
                assert each.get("aria-label")
                assert {item.get("role") for item in each} == {"listitem"}
        addresses = {urlsplit(each.get("href") or "").path for each in inside(figure, "a")}
        assert {f"/en/charts/{name}{suffix}" for suffix in ("", ".svg", ".csv")} <= addresses
        assert "Source:" in "".join(figure.itertext())


def test_a_permalink_shows_the_same_chart(page: Callable[..., Page]) -> None:
    """The chart's own page has the title and the rows of the chart on the page that led there."""
    (figure,) = charts_of(page("/en/timeline?issue=windsurf&issue=ownership&from=2025&sort=newest&as_of=2026-01-31"))
    link = next(each for each in inside(figure, "a") if each.get("href", "").startswith("/en/charts/timeline?"))
    own = page(link.get("href") or "")
    assert own.words(own.all("h1")[0]) == own.words(next(figure.iter("h2")))
    assert rows_of(charts_of(own)[0]) == rows_of(figure)


def test_the_timeline_follows_its_filter(page: Callable[..., Page]) -> None:
    """The dots are the developments listed, once in each lane; the band of a lane is its issue's whole history."""
    found = page("/en/timeline?issue=windsurf&kind=deal")
    (figure,) = charts_of(found)
    dots = [each for each in inside(figure, "a") if "event" in (each.get("class") or "")]
    assert {(each.get("data-mark") or "").partition("/")[2] for each in dots} == set(found.ids)
    states = [
        each.get("data-value")
        for each in inside(next(inside(figure, "svg")), "a")
        if "state" in (each.get("class") or "")
    ]
    assert states == ["negotiating", "contested", "lapsed"]
    assert not charts_of(page("/en/timeline?q=zzzxqqq"))


def test_htmx_brings_the_chart_along(page: Callable[..., Page]) -> None:
    """A filtered list is swapped with its chart, so that the two never show different things."""
    partial = {"HX_Request": "true", "HX_Request_Type": "partial", "HX_Target": "div#results"}
    part, whole = page("/en/timeline?issue=windsurf", **partial), page("/en/timeline?issue=windsurf")
    assert part.by_id("timeline-chart").get("data-hx-swap-oob")
    assert rows_of(part.by_id("timeline-chart")) == rows_of(whole.by_id("timeline-chart"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_reading_that_fell_is_told_apart_by_shape_and_word(
    page: Callable[..., Page], client: TestClient, language: str
) -> None:
    """It is a cross, struck, with its status, in drawing, name, table and CSV; on a day when it stood it is a dot."""
    had_fallen = []
    for query in ("", "?as_of=2025-06-18"):
        address = f"/{language}/charts/readings-microsoft-investment"
        (figure,) = charts_of(page(address + query))
        lines = list(csv.DictReader(io.StringIO(client.get(f"{address}.csv{query}").text, newline="")))
        fallen = {
            each["id"]: label("status", each["status"], language) for each in lines if each["rank"] == "deprecated"
        }
        assert {each["id"] for each in lines if each["status"] in FALLEN} == set(fallen)
        for row in (each for each in figure.iter("tr") if each.get("data-row")):
            struck = any("struck" in (cell.get("class") or "") for cell in row.iter("td"))
            assert struck == (row.get("data-row") in fallen)
            assert fallen.get(row.get("data-row") or "", "") in "".join(row.itertext())
        for drawing in inside(figure, "svg"):
            for mark in (each for each in inside(drawing, "a") if each.get("data-mark")):
                looks = {(each.get("class") or "").partition(" ")[0] for each in mark.iter()}
                word = fallen.get(mark.get("data-mark") or "")
                assert ("cross" in looks, "dot" in looks) == (word is not None, word is None)
                if word:
                    assert word in ["".join(each.itertext()) for each in inside(mark, "text")]
                    assert (mark.get("aria-label") or "").endswith(f", {word}")
        had_fallen.append(set(fallen))
    assert had_fallen[1] < had_fallen[0], "what fell later stood on the earlier day"


# What a title says


def test_titles_state_what_the_rows_say(page: Callable[..., Page]) -> None:
    """Every number of a title is counted again from the rows."""
    (mix,) = charts_of(page("/en/charts/mix-ownership"))
    counts = {key: int(row[1]) for key, row in rows_of(mix).items()}
    whole, title = sum(counts.values()), "".join(next(mix.iter("figcaption")).itertext())
    assert (
        f"{counts['confirmed']} of {whole} claims ({round(100 * counts['confirmed'] / whole)}%) are confirmed" in title
    )
    assert f"{counts.get('disputed', 0) + counts.get('contradicted', 0)} disputed or contradicted" in title
    readings = page("/fr/charts/readings-funding-at-risk")
    values = [float(row[1]) for row in rows_of(charts_of(readings)[0]).values()]
    assert max(values) / min(values) == 11
    assert (
        "de 2 milliards de dollars à 22 milliards de dollars, le maximum valant 11 fois le minimum"
        in readings.main.replace("\u00a0", " ")
    )
    timeline = page("/en/charts/timeline")
    dated = {key.partition("/")[2]: row[0] for key, row in rows_of(charts_of(timeline)[0]).items()}
    late = sum(day >= "2025" for day in dated.values())
    assert timeline.words(timeline.all("h1")[0]).startswith(
        f"{late} of {len(dated)} developments date from 2025 or later"
    )
    matrix = page("/en/charts/scenarios")
    firm = [row[5] for row in rows_of(charts_of(matrix)[0]).values()]
    assert f"Of 16 possible effects {firm.count('observed')} are observed" in matrix.main


def test_the_ranking_says_who_leads(client: TestClient, page: Callable[..., Page]) -> None:
    """Its title names the scenario that the last rows weigh least against, and the next one, with both weights."""
    scenarios = {each["id"]: each["name"] for each in client.get("/en/scenarios.json").json()["scenarios"]}
    for query in ("", "?as_of=2025-12-31", "?as_of=2026-01-31&without=attribution:filing"):
        found = page(f"/en/charts/ranking{query}")
        latest = {row[1]: row for row in rows_of(charts_of(found)[0]).values()}
        ordered = sorted((Decimal(row[2]), key) for key, row in latest.items())
        assert [row[3] for row in latest.values()].count("1") == 1, "one of them leads"
        title = found.words(found.all("h1")[0])
        names = {key: scenarios[key] for _, key in ordered[:2]}
        assert f": {names[ordered[0][1]]}, with a weight of {ordered[0][0]} against; next" in title
        assert title.endswith(f"next {names[ordered[1][1]]}, with {ordered[1][0]}")


def test_a_chart_takes_the_choices_of_its_own_calculation(client: TestClient) -> None:
    """A choice for another calculation would change nothing, so it is refused by name, by each twin."""
    own, other = "x.part-paid.funded=sec-funded-2025-09", "x.still-to-pay.funded=sec-funded-2025-09"
    for suffix in ("", ".svg", ".csv", ".json", ".zip"):
        assert client.get(f"/en/charts/swings-part-paid{suffix}?{own}").status_code == 200
        refused = client.get(f"/en/charts/swings-part-paid{suffix}?{other}")
        assert refused.status_code == 400
        assert "x.still-to-pay.funded" in refused.text
        assert "x.part-paid.committed" in refused.text, "what it does take is said"
    whole = client.get(f"/en/scenarios/exposure?{own}&{other}").text
    assert f"/en/charts/swings-part-paid?{own}" in whole
    assert f"/en/charts/swings-part-paid.csv?{own}" in whole


def test_a_title_follows_the_day(page: Callable[..., Page]) -> None:
    """Another day, other numbers, another sentence."""
    titles = {
        page(f"/en/charts/mix-ownership{query}").words(page(f"/en/charts/mix-ownership{query}").all("h1")[0])
        for query in ("", "?as_of=2025-06-18", "?as_of=2025-12-31")
    }
    assert len(titles) == 3


def test_nothing_to_draw_is_nothing_at_the_address(client: TestClient) -> None:
    """Where nothing was known yet there is no chart, as a page or as a file; a bad parameter is named."""
    for suffix in ("", ".svg", ".csv", ".json"):
        assert client.get(f"/en/charts/timeline{suffix}?as_of=2019-01-01").status_code == 404
        assert client.get(f"/en/charts/readings-results-from-openai{suffix}").status_code == 404
        assert client.get(f"/en/charts/mix-nothing{suffix}").status_code == 404
        assert client.get(f"/en/charts/timeline{suffix}?page=2").status_code == 400
    refusal = client.get("/en/charts/scenarios.svg?issue=windsurf")
    assert refusal.headers["content-type"] == "application/problem+json"
    assert refusal.json()["parameter"] == "issue"


# Files


def test_files_are_what_they_say(client: TestClient) -> None:
    """Each twin has its media type and a tag of its own, and is not sent again to who has it."""
    types = {"svg": "image/svg+xml", "csv": "text/csv", "json": "application/json", "": "text/html"}
    tags = set()
    for suffix, kind in types.items():
        address = "/en/charts/timeline" + (f".{suffix}" if suffix else "")
        response = client.get(address)
        assert response.headers["content-type"].startswith(kind)
        tags.add(response.headers["etag"])
        assert client.get(address, headers={"If-None-Match": response.headers["etag"]}).status_code == 304
    assert len(tags) == 4


def test_a_drawing_alone_carries_its_colours(client: TestClient) -> None:
    """The file has a title and a style of its own, for both themes and without properties; its policy lets it in."""
    response = client.get("/fr/charts/timeline.svg")
    root = ElementTree.fromstring(response.content)
    (style,) = root.iter(f"{SVG}style")
    assert "var(" not in (style.text or "")
    assert "prefers-color-scheme: dark" in (style.text or "")
    assert root.find(f"{SVG}title") is not None
    assert "style-src 'sha256-" in response.headers["content-security-policy"]
    assert "faits marquants" in response.text


RENDER = """
import sys
from datetime import date
from starlette.testclient import TestClient
from app.main import create_app
from app.settings import Settings, place_of
with TestClient(create_app(Settings(releases=place_of(sys.argv[1])), clock=lambda: date(2026, 11, 22))) as client:
    for name in sys.argv[2:]:
        sys.stdout.buffer.write(client.get(name).content)
"""


def test_the_bytes_are_always_the_same(client: TestClient, releases: Path) -> None:
    """Another process, with another order of hashes, gives the same bytes."""
    drawings = ("timeline", "scenarios", "readings-valuation", "mix-windsurf", "ranking", "swings-part-paid")
    names = [*(f"/fr/charts/{name}.svg" for name in drawings), "/fr/charts/timeline.csv"]
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", RENDER, str(releases), *names]
    other = subprocess.run(command, capture_output=True, check=True, env=environment).stdout
    assert other == b"".join(client.get(name).content for name in names)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_spreadsheet_takes_text_for_a_formula(text: str) -> None:
    """What begins as a formula does is written with an apostrophe before it; anything else as it is."""
    assert safe(text) == f"'{text}"
    assert safe("Microsoft = OpenAI") == "Microsoft = OpenAI"


# Placing

positions = st.floats(-50, 1500, allow_nan=False)
wordings = st.lists(st.text("abcmWé il’1\u00a0", min_size=1, max_size=24), min_size=1, max_size=3).map(tuple)
widths = st.one_of(st.sampled_from([NARROW, MIDDLE, WIDE]), st.integers(288, 1600))
"""Those that are drawn, and any that a screen of 320 to 1600 pixels might have room for."""


@deterministic
@given(st.lists(st.tuples(positions, wordings), max_size=30), widths, st.integers(1, 4), st.booleans())
def test_placed_labels_never_overlap(
    labels: list[tuple[float, tuple[str, ...]]], width: float, levels: int, centred: bool
) -> None:
    """No two labels of a level overlap, none leaves the canvas, each stands once, and the first is never pushed out."""
    asked = [Label(str(number), x, texts) for number, (x, texts) in enumerate(labels)]
    placed = place_labels(asked, left=0, right=width, levels=levels, size=12, centred=centred)
    assert len({each.key for each in placed}) == len(placed)
    for each in placed:
        assert 0 <= each.left <= each.right <= width + 1e-6
        assert 0 <= each.level < levels
        assert each.text in asked[int(each.key)].texts
        assert each.right - each.left == pytest.approx(width_of(each.text, 12))
    for one, other in combinations(placed, 2):
        assert one.level != other.level or one.right <= other.left or other.right <= one.left
    if asked and any(width_of(text, 12) <= width for text in asked[0].texts):
        assert placed[0].key == "0"


@deterministic
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60)).map(lambda each: (each[0], each[0] + each[1]))))
def test_stacked_intervals_never_overlap(spans: list[tuple[int, int]]) -> None:
    """On one level nothing overlaps, and there are no more levels than intervals that share a point."""
    levels = stack(spans)
    for (one, level), (other, other_level) in combinations(zip(spans, levels, strict=True), 2):
        assert level != other_level or one[1] <= other[0] or other[1] <= one[0]
    wide = [(left, right) for left, right in spans if right > left]
    depth = max((sum(left <= point < right for left, right in wide) for point, _ in wide), default=0)
    if len(wide) == len(spans):
        assert max(levels, default=-1) + 1 == depth


@deterministic
@given(st.text(max_size=60), st.floats(20, 400), st.floats(8, 20))
def test_shortened_text_has_room(text: str, room: float, size: float) -> None:
    """A shortened text fits; one that fits is left as it is; wrapped lines have all its words."""
    assert width_of(shorten(text, room, size), size) <= max(room, width_of("…", size))
    assert shorten(text, width_of(text, size), size) == text
    assert " ".join(wrap(text, room, size)) == text


@deterministic
@given(st.lists(st.floats(5, 200), max_size=20))
def test_a_flow_stays_on_its_lines(sizes: list[float]) -> None:
    """Things side by side do not overlap and leave the line only where they are wider than it."""
    spots = flow(sizes, room=300, gap=10)
    for (one, spot), (_, after) in zip(
        zip(sizes, spots, strict=True), list(zip(sizes, spots, strict=True))[1:], strict=False
    ):
        assert after.line > spot.line or after.x >= spot.x + one
    assert all(spot.x == 0 or spot.x + size <= 300 for size, spot in zip(sizes, spots, strict=True))


def hold_apart(drawing: Drawing) -> None:
    """No two words overlap or leave the canvas; no two targets overlap, and each is large enough for a finger."""
    boxes = [(text, text.box) for text in drawing.texts]
    for text, (left, top, right, bottom) in boxes:
        assert -0.1 <= left <= right <= drawing.width + 0.1, f"{text.text!r} leaves the canvas sideways"
        assert -0.1 <= top <= bottom <= drawing.height + 0.1, f"{text.text!r} leaves the canvas"
    for (one, a), (other, b) in combinations(boxes, 2):
        apart = a[2] <= b[0] + 0.1 or b[2] <= a[0] + 0.1 or a[3] <= b[1] + 0.1 or b[3] <= a[1] + 0.1
        assert apart, f"{one.text!r} and {other.text!r} overlap at {a} and {b}"
    marks = [mark for series in drawing.series for mark in series.marks]
    hits = []
    for mark in marks:
        areas = [piece for piece in mark.pieces if isinstance(piece, Shape) and piece.tag == "rect"]
        values = {name: float(number) for name, number in areas[0].at}
        hits.append((values["x"], values["y"], values["x"] + values["width"], values["y"] + values["height"]))
        assert values["width"] >= TARGET - 0.11
        assert values["height"] >= TARGET - 0.11
    for a, b in combinations(hits, 2):
        assert a[2] <= b[0] + 0.11 or b[2] <= a[0] + 0.11 or a[3] <= b[1] + 0.11 or b[3] <= a[1] + 0.11, (a, b)


names = st.text("abcdmWéÉ lIt’ ", min_size=1, max_size=30).map(lambda text: text.strip() or "x")
ends = st.one_of(st.fractions(-9, 9), st.sampled_from([Fraction(0), -math.inf, math.inf]))
spans = st.tuples(ends, ends).filter(lambda each: each[0] != each[1] or math.isfinite(each[0])).map(sorted)
effects = st.tuples(st.sampled_from(Direction), st.sampled_from(Strength), st.sampled_from(Firmness))
days = st.dates(date(2019, 1, 1), date(2026, 11, 22))

happenings = st.tuples(days, st.sampled_from([0, 0, 0, 30, 364]), st.sampled_from(DevelopmentKind), st.booleans())


@deterministic
@given(
    st.lists(happenings, min_size=1, max_size=40),
    st.lists(st.tuples(days, st.sampled_from(IssueStatus)), max_size=8),
    widths,
)
def test_no_timeline_overlaps(
    events: list[tuple[date, int, DevelopmentKind, bool]], steps: list[tuple[date, IssueStatus]], width: float
) -> None:
    """Whatever happened when, on any width, no two dots and no two labels of a timeline touch."""
    end = date(2026, 11, 22)
    scale = choose_scale([day for day, _, _, _ in events], end)
    since = [(day, status) for day, status in sorted(steps) if day >= scale.first]
    drawing = draw_timeline(
        lanes=[Lane("a", "Commercial competition"), Lane("b", "Exclusive technology rights")],
        events=[
            Event(str(number), "ab"[second], kind, day, day + timedelta(length), "", "", "")
            for number, (day, length, kind, second) in enumerate(events)
        ],
        steps=[
            Step(str(number), "a", status, day, "", "", (f"{status} since {day}", status))
            for number, (day, status) in enumerate(since)
        ],
        ticks=[Tick(date(year, 1, 1), str(year)) for year in range(scale.first.year, 2027)],
        legend=[Key(kind, kind) for kind in DevelopmentKind],
        scale=scale,
        turn="from here a year is 12 times as wide",
        width=width,
    )
    hold_apart(drawing)
    assert len(drawing.series[0].marks) + len(drawing.series[1].marks) == len(events) + len(since)


@deterministic
@given(st.lists(days, min_size=1, max_size=30), days)
def test_a_scale_of_time_only_moves_on(chosen: list[date], end: date) -> None:
    """Later is never further left, the ends are 0 and 1, and a turn widens what comes after it."""
    end = max([end, *chosen])
    scale = choose_scale(chosen, end)
    assert scale.at(scale.first) == 0
    assert scale.at(end) == 1 or end == scale.first
    places = [scale.at(day) for day in sorted(chosen)]
    assert places == sorted(places)
    assert (scale.ratio > 1) == (scale.turn is not None)
    if scale.turn:
        assert scale.at(scale.turn) - scale.at(scale.turn - timedelta(1)) < 0.05


@deterministic
@given(st.lists(st.tuples(names, st.integers(1, 400)), min_size=1, max_size=8), widths)
def test_no_shares_overlap(shares: list[tuple[str, int]], width: float) -> None:
    """The parts of the band make up the whole, and each bar is as long as its share."""
    given_shares = [Share(str(number), count, name, str(count), "", "") for number, (name, count) in enumerate(shares)]
    drawing = draw_shares(given_shares, series="", look="status", width=width)
    hold_apart(drawing)
    band = [dict(piece.at) for piece in drawing.scenery if isinstance(piece, Shape)]
    whole = sum(count for _, count in shares)
    for part, (_, count) in zip(band, shares, strict=True):
        assert float(part["width"]) == pytest.approx(max(width * count / whole - 1, 0.5), abs=0.06)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_source_is_cut_short(page: Callable[..., Page], client: TestClient, language: str) -> None:
    """On the scale of every shipped figure sources have their whole names, and two powers at least, named alike."""
    looked_at = 0
    for each in client.get(f"/{language}/figures.json?size=200").json()["items"]:
        for drawing in inside(page(each["url"]).root, "svg"):
            if not (drawing.get("class") or "").startswith("drawing "):
                continue
            texts = list(inside(drawing, "text"))
            cut = ["".join(text.itertext()) for text in texts if "…" in "".join(text.itertext())]
            assert not cut, f"{each['id']}: {cut}"
            ticks = [text for text in texts if text.get("class") == "tick"]
            lines = Counter(text.get("x") for text in ticks)
            assert len(lines) > 1, each["id"]
            looked_at += 1
    assert looked_at > 10


fates = st.sampled_from(["", "", "contradicted", "remplacée par une autre"])
values = st.decimals(min_value="0.001", max_value="1e13", allow_nan=False, places=3)


@deterministic
@given(st.lists(st.tuples(values, st.sampled_from(Bound), names, fates), min_size=2, max_size=16), widths)
def test_no_strip_overlaps(readings: list[tuple[Decimal, Bound, str, str]], width: float) -> None:
    """A factor of ten is always the same step, more is further right, and an open bound has its arrow on its side. What
    has fallen is a cross with its value struck and the word for it; nothing else is.
    """
    drawn = [
        Reading(str(number), value, None, bound, name, f"{bound} {value:.3g}", "", "", fate)
        for number, (value, bound, name, fate) in enumerate(readings)
    ]
    drawing = draw_strip(drawn, series="", write=lambda value: f"{value:.0e}", width=width)
    assert drawing is not None
    hold_apart(drawing)
    dots = [middle_of(mark.pieces[-1]) for mark in drawing.series[0].marks]
    order = sorted(range(len(dots)), key=lambda each: drawn[each].value)
    assert [dots[each] for each in order] == sorted(dots)
    for mark, reading, x in zip(drawing.series[0].marks, drawn, dots, strict=True):
        arrows = [
            dict(piece.at)
            for piece in mark.pieces
            if isinstance(piece, Shape) and piece.look == "open" and piece.tag == "line"
        ]
        assert len(arrows) == (reading.bound in (Bound.AT_LEAST, Bound.AT_MOST))
        for arrow in arrows:
            assert (float(arrow["x2"]) > x) == (reading.bound == Bound.AT_LEAST)
        looks = {each.look for each in mark.pieces}
        assert bool(reading.fallen) == ("cross" in looks) == ("count struck" in looks) == ("note" in looks)
        assert ("count" in looks) == any("dot" in each for each in looks) == (not reading.fallen)
        said = " ".join(each.text for each in mark.pieces if isinstance(each, Text) and each.look == "note")
        assert said == reading.fallen


def middle_of(piece: object) -> float:
    """Where across a dot or a cross stands."""
    assert isinstance(piece, Shape)
    at = dict(piece.at)
    if piece.tag == "circle":
        return float(at["cx"])
    return sum(float(corner.partition(",")[0]) for corner in str(at["points"]).split()[:2]) / 2


SLIGHT = Fraction(1, 10**18)


@deterministic
@example(
    [
        ([Fraction(-9), Fraction(9)], "wide", ""),
        ([-SLIGHT, -SLIGHT], "a point", ""),
        ([Fraction(0), SLIGHT], "a breath", ""),
    ],
    [Fraction(0), Fraction(0)],
    720,
)
@given(st.lists(st.tuples(spans, names, names), min_size=1, max_size=5), spans, widths)
def test_no_tornado_overlaps(parts: list[tuple[list[End], str, str]], base: list[End], width: float) -> None:
    """Bars keep the order and the proportions of their swings, all within the scale; an open end has its arrow."""
    bars = [Bar(str(n), Interval(*swing), label, text, "", "") for n, (swing, label, text) in enumerate(parts)]
    drawing = draw_tornado(
        bars, Interval(*base), series="", legend="x", write=lambda end: f"{float(end):.3g}", width=width
    )
    if drawing is None:
        finite = [end for each in (*(part[0] for part in parts), base) for end in each if isinstance(end, Fraction)]
        assert not finite or all(bar.result.is_point for bar in bars)
        return
    hold_apart(drawing)
    marks = drawing.series[0].marks
    assert [mark.key for mark in marks] == [bar.key for bar in bars]
    drawn = []
    for mark, bar in zip(marks, bars, strict=True):
        shapes = [piece for piece in mark.pieces if isinstance(piece, Shape)]
        (at,) = (dict(shape.at) for shape in shapes if shape.look == "bar")
        assert float(at["x"]) >= -2
        assert float(at["x"]) + float(at["width"]) <= width + 2
        arrows = sum(shape.look == "way" for shape in shapes)
        assert arrows == (bar.result.low == -math.inf) + (bar.result.high == math.inf)
        if float(at["width"]) <= LEAST:
            # Drawn wider than it is, to either side alike: its middle is where it belongs.
            assert isinstance(bar.result.low, Fraction)
            assert isinstance(bar.result.high, Fraction)
            drawn.append(((bar.result.low + bar.result.high) / 2, float(at["x"]) + LEAST / 2))
        elif isinstance(bar.result.low, Fraction):
            drawn.append((bar.result.low, float(at["x"])))
    for (one, left), (other, right) in combinations(sorted(drawn), 2):
        assert left <= right + 0.2, f"{one} is drawn right of {other}"


histories = st.lists(
    st.tuples(st.integers(0, 900), st.integers(0, 200)), min_size=1, max_size=12, unique_by=lambda each: each[0]
).map(sorted)


@deterministic
@given(st.lists(histories, min_size=1, max_size=4), names, widths)
def test_no_ranking_overlaps(given_histories: list[list[tuple[int, int]]], name: str, width: float) -> None:
    """Marks stand apart, the latest change of each scenario has one, and every step is a corner of its line."""
    first = date(2025, 6, 18)
    panels = [
        Panel(
            name,
            "rank 1, 0.36 against it",
            tuple(
                Score(f"{n}/{day}", first + timedelta(day), Fraction(value, 25), str(value), "", "")
                for day, value in history
            ),
        )
        for n, history in enumerate(given_histories)
    ]
    end = first + timedelta(max(history[-1][0] for history in given_histories))
    drawing = draw_ranking(
        panels, last=end, first_text="18 septembre 2025", last_text="23 November 2026", most_text="7.52", width=width
    )
    assert drawing is not None
    hold_apart(drawing)
    lines = [dict(each.at)["points"] for each in drawing.scenery if isinstance(each, Shape) and each.look == "steps"]
    for panel, series, points in zip(panels, drawing.series, lines, strict=True):
        assert series.marks[-1].key == panel.scores[-1].key
        assert len(str(points).split()) == 2 * len(panel.scores)


@deterministic
@given(
    st.lists(st.lists(effects, min_size=4, max_size=4), min_size=1, max_size=4),
    widths,
)
def test_no_matrix_overlaps(cells: list[list[tuple[Direction, Strength, Firmness]]], width: float) -> None:
    """Each firmness has a ground of its own, and each degree of strength one stroke more."""
    areas = ("Paysage industriel", "Attention réglementaire", "Réaction du marché", "Développement technologique")
    lines = [
        Line(
            str(row),
            "Nouvelles conditions",
            tuple(
                Cell(f"{row}-{column}", area, "", *words, f"{words[0]}, {words[1]}", "", "")
                for column, (area, words) in enumerate(zip(areas, line, strict=True))
            ),
        )
        for row, line in enumerate(cells)
    ]
    drawing = draw_matrix(lines, areas, [], width=width)
    hold_apart(drawing)
    for line, series in zip(cells, drawing.series, strict=True):
        for (direction, strength, firmness), mark in zip(line, series.marks, strict=True):
            looks = [piece.look for piece in mark.pieces]
            assert f"ground firmness-{firmness}" in looks
            assert ("hatch" in looks) == (firmness == Firmness.REASONED)
            if direction in (Direction.INCREASES, Direction.DECREASES):
                strokes = {"strong": 3, "moderate": 2, "weak": 1}.get(strength, 0)
                assert looks.count("arrow") == strokes
                assert ("arrow hollow" in looks) == (strokes == 0)


def test_the_words_of_every_chart_are_apart(page: Callable[..., Page]) -> None:
    """In the real charts, in both languages, words of one line keep their distance by the widths they may have."""
    for language in ("en", "fr"):
        for path in WITH_CHARTS:
            for figure in charts_of(page(f"/{language}{path}")):
                for drawing in inside(figure, "svg"):
                    hold_words_apart(drawing, f"{language}{path}")


def hold_words_apart(drawing: Element, where: str) -> None:
    width, height = (float(each) for each in (drawing.get("viewBox") or "").split()[2:])
    boxes = []
    for text in inside(drawing, "text"):
        words = "".join(text.itertext())
        size = width_of(words, 12, bold="strong" in (text.get("class") or ""))
        x, y = float(text.get("x") or 0), float(text.get("y") or 0)
        left = x - {"middle": size / 2, "end": size}.get(text.get("text-anchor") or "", 0)
        boxes.append((words, left, y - 11, left + size, y + 3))
        assert left >= -0.2, f"{where}: {words!r} begins outside"
        assert left + size <= width + 0.2, f"{where}: {words!r} ends outside"
        assert 0 <= y <= height
    for (one, *a), (other, *b) in combinations(boxes, 2):
        apart = a[2] <= b[0] + 0.2 or b[2] <= a[0] + 0.2 or a[3] <= b[1] or b[3] <= a[1]
        assert apart, f"{where}: {one!r} and {other!r} overlap"


def test_no_chart_decides_a_colour(client: TestClient) -> None:
    """Colours are in one style sheet: a drawing has none of its own, in any attribute."""
    text = client.get("/en/charts/timeline").text
    drawings = re.findall(r"<svg class=\"drawing.*?</svg>", text, re.DOTALL)
    assert drawings
    assert not re.search(r"\b(fill|stroke|style|color)=", "".join(drawings))
