"""docs/reliability.md is written from what tests and soak saw."""

from pathlib import Path

import pytest

from scripts import reliability
from scripts.reliability import REPORT, Told, put_between, table


def test_the_report_tells_of_ten_minutes() -> None:
    """What was written of a soak is of one of ten minutes in which nothing failed."""
    text = REPORT.read_text("utf-8")
    assert "| how long | 600 s, " in text
    assert "| failed | 0 |" in text


def test_cases_of_one_test_are_added_up() -> None:
    """A row is of one fault, test and kind of thing tried, in the order of the files."""
    told = [
        Told("b fault", "test_b.py::test", 9, "kills", 20, 0),
        Told("a fault", "test_a.py::second", 40, "answers", 1000, 0),
        Told("a fault", "test_a.py::second", 40, "answers", 234, 1),
        Told("c fault", "test_a.py::first", 7, "answers", 5, 0),
    ]
    assert table(told).splitlines()[2:] == [
        "| c fault | 5 answers | 0 | `test_a.py::first` |",
        "| a fault | 1,234 answers | 1 | `test_a.py::second` |",
        "| b fault | 20 kills | 0 | `test_b.py::test` |",
    ]


def test_what_people_wrote_around_the_table_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what stands between the marks is replaced; a report without them is refused, and left alone."""
    page = tmp_path / "reliability.md"
    monkeypatch.setattr(reliability, "REPORT", page)
    begin, end = "<!-- soak: written by make soak -->", "<!-- end of soak -->"
    page.write_text(f"# Before\n{begin}\nold\n{end}\nafter\n", "utf-8")
    put_between("soak", "new")
    assert page.read_text("utf-8") == f"# Before\n{begin}\n\nnew\n\n{end}\nafter\n"
    with pytest.raises(OSError, match="no place"):
        put_between("faults", "new")
