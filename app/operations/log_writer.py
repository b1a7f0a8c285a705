"""Writes the log without ever waiting for whoever reads it.

A log goes into a pipe more often than into a file. Nobody may be emptying it, and who writes into a full pipe stops:
so lines are written by a thread of their own, and what it cannot get rid of is dropped, counted, and said.
"""

import logging
import os
import sys
import threading
from queue import Empty, Full, Queue
from typing import TextIO

from app.operations import metrics

ROOM = 2000
"""How many lines wait to be written before more are dropped."""
PATIENCE = 0.5
"""Seconds for which anything but the line of a request is waited for, so that a process's last words are not lost."""


class LogWriter(logging.Handler):
    """A handler that hands lines to a thread. ``quick`` names the logger whose lines are never waited for."""

    def __init__(self, stream: TextIO | None = None, quick: str = "") -> None:
        super().__init__()
        self._descriptor = (stream or sys.stderr).fileno()
        self._quick = quick
        self._lines: Queue[bytes] = Queue(ROOM)
        self._given = self._written = self._dropped = 0
        self._stuck = False
        self._progress = threading.Condition()
        threading.Thread(target=self._write, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = f"{self.format(record)}\n".encode("utf-8", "backslashreplace")
        except Exception:  # noqa: BLE001  As every handler: a line that cannot be made harms nobody who is answered.
            self.handleError(record)
            return
        try:
            self._lines.put_nowait(line)
        except Full:
            self._dropped += 1
            metrics.lines_dropped.inc()
            return
        self._given += 1
        if record.name != self._quick:
            self.flush()

    def flush(self) -> None:
        """Wait until all is written, but not for long, and only once for a reader who has stopped reading."""
        with self._progress:
            if not self._stuck:
                self._stuck = not self._progress.wait_for(lambda: self._written >= self._given, PATIENCE)

    def _write(self) -> None:
        said = 0
        while True:
            lines = [self._lines.get()]
            while len(lines) < ROOM // 10:
                try:
                    lines.append(self._lines.get_nowait())
                except Empty:
                    break
            text = b"".join(lines)
            if (dropped := self._dropped) > said:
                text += self._confession(dropped - said)
                said = dropped
            try:
                while text:
                    text = text[os.write(self._descriptor, text) :]
            except OSError:  # Whoever read the log is gone; there is nobody left to be told.
                metrics.lines_dropped.inc(len(lines))
            with self._progress:
                self._written += len(lines)
                self._stuck = False
                self._progress.notify_all()

    def _confession(self, count: int) -> bytes:
        said = f"{count} lines were not logged: nobody read the log in time"
        record = logging.makeLogRecord({"name": "faultlines", "levelname": "WARNING", "levelno": 30, "msg": said})
        return f"{self.format(record)}\n".encode()
