"""The floor of the stack: one answer from memory, and nothing else. ``BENCH_BODY`` names a file with the gzip bytes."""

import os
from pathlib import Path

BODY = {"type": "http.response.body", "body": Path(os.environ["BENCH_BODY"]).read_bytes()}
START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-encoding", b"gzip"),
        (b"content-length", str(len(BODY["body"])).encode()),
    ],
}


async def app(scope, receive, send):
    if scope["type"] == "http":
        await send(START)
        await send(BODY)
