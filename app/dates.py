"""Incomplete dates: a year, a month or a day, kept as the interval of days it may mean.

The written forms are ISO 8601 calendar dates of reduced precision, which are also EDTF level 0: ``2019``,
``2025-06``, ``2025-06-18``.
"""

import calendar
import re
from datetime import date

from msgspec import Struct

FORMS = ("YYYY", "YYYY-MM", "YYYY-MM-DD")
_EXPECTED = f"expected {', '.join(FORMS[:-1])} or {FORMS[-1]}"
_PATTERN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class IncompleteDate(Struct, frozen=True):
    """A date as precisely as it is known: ``first`` and ``last`` are the days it may be, both included."""

    text: str
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> "IncompleteDate":
        """Read a year, a month or a day; raise ``ValueError`` with the reason where it cannot be a date."""
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a date; {_EXPECTED}")
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        if year == 0:
            raise ValueError(f"{text!r} cannot be a date: there is no year 0; {_EXPECTED}")
        if month is not None and not 1 <= month <= 12:
            raise ValueError(f"{text!r} cannot be a date: there is no month {month}; expected 01 to 12")
        if day is not None:
            assert month is not None
            last = calendar.monthrange(year, month)[1]
            if not 1 <= day <= last:
                raise ValueError(f"{text!r} cannot be a date: that month has no day {day}; expected 01 to {last}")
            whole = date(year, month, day)
            return cls(text, whole, whole)
        if month is not None:
            return cls(text, date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
        return cls(text, date(year, 1, 1), date(year, 12, 31))

    def __str__(self) -> str:
        return self.text
