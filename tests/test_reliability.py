"""docs/reliability.md tells of every test of a fault, and of none that is not there."""

import ast
import re
from pathlib import Path

import pytest

from app.settings import PROJECT
from scripts import reliability
from scripts.reliability import REPORT, Told, put_between, table


def marked_as_faults() -> dict[str, str]:
    """``file::test`` of every test that is marked as one of a fault, and the fault's name."""
    found = {}
    for path in sorted((PROJECT / "tests").glob("**/test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            for mark in getattr(node, "decorator_list", ()):
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.fault":
                    assert isinstance(node, ast.FunctionDef)
                    found[f"{path.name}::{node.name}"] = ast.literal_eval(mark.args[0])
    return found


def test_the_report_tells_of_every_fault() -> None:
    """Each test of a fault has a row with the fault, what was tried, and none lost; each row names such a test."""
    rows = re.findall(r"^\| (.+) \| ([\d,]+) .+ \| ([\d,]+) \| `(.+)` \|$", REPORT.read_text("utf-8"), re.MULTILINE)
    assert {test: fault for fault, _, _, test in rows} == marked_as_faults(), "make reliability writes the table anew"
    assert all(int(tried.replace(",", "")) > 0 and lost == "0" for _, tried, lost, _ in rows)


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
