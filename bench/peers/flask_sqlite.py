"""The same list with Flask and sqlite3, without any layer between; settings as in ``tutorial.py``."""

import os
import sqlite3
from collections import defaultdict
from types import SimpleNamespace

from flask import Flask, g, render_template, request

DAY = os.environ["BENCH_DAY"]
FACETS = ("issue", "party", "status", "kind", "attribution", "source", "impact", "driver", "flag", "rank")
MATCHING = """
    SELECT i.item FROM listing_item i JOIN listing_tag t ON t.listing = i.listing AND t.item = i.item
    WHERE i.listing = 'claims' AND i.visible_from <= :day
      AND t.parameter = 'issue' AND t.value = :issue AND t.since <= :day AND t.until > :day
"""
ANY = "SELECT item FROM listing_item WHERE listing = 'claims' AND visible_from <= :day"

app = Flask(__name__, template_folder=".")


def connection() -> sqlite3.Connection:
    if "connection" not in g:
        g.connection = sqlite3.connect(f"file:{os.environ['BENCH_RELEASE']}?mode=ro", uri=True)
        g.connection.row_factory = sqlite3.Row
    return g.connection


@app.teardown_appcontext
def close(_error: object) -> None:
    if "connection" in g:
        g.pop("connection").close()


@app.get("/claims")
def claims() -> str:
    db, given = connection(), {"day": DAY, "issue": request.args["issue"]}
    count = db.execute(f"SELECT count(*) FROM ({MATCHING})", given).fetchone()[0]
    limited = f"{MATCHING} ORDER BY i.first DESC, i.ordinal DESC LIMIT {int(request.args['size'])}"
    ids = [row[0] for row in db.execute(limited, given)]
    marks = ",".join("?" * len(ids))
    found = {
        row["id"]: SimpleNamespace(**dict(row), tags=defaultdict(list), lines=[])
        for row in db.execute(f"SELECT * FROM claim WHERE id IN ({marks})", ids)
    }
    tags = f"SELECT * FROM listing_tag WHERE listing = 'claims' AND item IN ({marks}) AND since <= ? AND until > ?"
    for row in db.execute(f"{tags} ORDER BY item, parameter, value", [*ids, DAY, DAY]):
        found[row["item"]].tags[row["parameter"]].append(row["value"])
    lines = f"""
        SELECT e.*, s.publisher_en AS publisher, s.title_en AS title, s.published, s.reliability, s.access, s.url
        FROM evidence e JOIN source s ON s.id = e.source_id
        WHERE e.claim_id IN ({marks}) AND s.visible_from <= ? ORDER BY e.claim_id, e.ordinal
    """
    for row in db.execute(lines, [*ids, DAY]):
        found[row["claim_id"]].lines.append(row)
    facets = {
        facet: db.execute(
            f"""SELECT value, count(*) FROM listing_tag WHERE listing = 'claims' AND parameter = '{facet}'
            AND since <= :day AND until > :day AND item IN ({ANY if facet == "issue" else MATCHING}) GROUP BY value""",
            given,
        ).fetchall()
        for facet in FACETS
    }
    return render_template("claims.html", claims=[found[each] for each in ids], facets=facets, count=count)
