"""What templates are compiled to is kept, and never shown where it is not theirs."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from app.rendering import bytecode
from app.rendering.bytecode import KeptBytecode
from app.rendering.compiling import PlainEnvironment

Start = Callable[[], Environment]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """What a process that starts sees: one template, and what earlier processes have kept."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "page.html").write_text("as it was: {{ shown }}", "utf-8")
    return lambda: PlainEnvironment(
        loader=FileSystemLoader(tmp_path), autoescape=True, bytecode_cache=KeptBytecode(tmp_path / "__pycache__")
    )


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "__pycache__").glob("*"))


def refuse(*_: object) -> None:
    raise AssertionError("compiled, though it is kept")


def test_a_template_is_compiled_once(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second process reads what the first one compiled."""
    assert start().get_template("page.html").render(shown="<a>") == "as it was: &lt;a&gt;"
    assert len(kept(tmp_path)) == 1
    monkeypatch.setattr(PlainEnvironment, "_compile", refuse)
    assert start().get_template("page.html").render(shown="<a>") == "as it was: &lt;a&gt;"


def test_another_text_is_compiled_anew(start: Start, tmp_path: Path) -> None:
    """Even where the file keeps its name, its size and its time."""
    before = tmp_path / "page.html"
    start().get_template("page.html")
    times = before.stat().st_atime_ns, before.stat().st_mtime_ns
    before.write_text("as it is.: {{ shown }}", "utf-8")
    os.utime(before, ns=times)
    assert start().get_template("page.html").render(shown=1) == "as it is.: 1"


def test_another_compiler_compiles_anew(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another version of the compiler made is not used."""
    start().get_template("page.html")
    monkeypatch.setattr(bytecode, "_compiler", lambda: b"another")
    seen: list[object] = []
    compiled = PlainEnvironment._compile
    monkeypatch.setattr(PlainEnvironment, "_compile", lambda *given: seen.append(1) or compiled(*given))
    start().get_template("page.html")
    assert seen


def test_what_compiles_is_what_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of Jinja is another compiler, and so is another environment, or another way to escape."""
    seen = {bytecode._compiler.__wrapped__()}
    monkeypatch.setattr(bytecode, "version", lambda _: "0.1")
    seen.add(bytecode._compiler.__wrapped__())
    read = Path.read_bytes
    for name in ("environment.py", "compiling.py", "escaping.py"):
        monkeypatch.setattr(Path, "read_bytes", lambda path, name=name: read(path) + b"#" * (path.name == name))
        seen.add(bytecode._compiler.__wrapped__())
    assert len(seen) == 5


@pytest.mark.parametrize("damage", [b"", b"j2", bytes(300)], ids=["empty", "cut short", "zeros"])
def test_a_damaged_file_is_made_anew(start: Start, tmp_path: Path, damage: bytes) -> None:
    """A page never fails for what was kept of its template; the file is whole again afterwards."""
    start().get_template("page.html")
    (file,) = kept(tmp_path)
    whole = file.read_bytes()
    for broken in (damage, whole[: len(whole) // 2], whole[:-20]):
        file.write_bytes(broken)
        assert start().get_template("page.html").render(shown=1) == "as it was: 1"
        assert file.read_bytes() == whole


def test_a_folder_that_cannot_be_written_is_done_without(start: Start, tmp_path: Path) -> None:
    """Here it cannot even be made, since a file has its name."""
    (tmp_path / "__pycache__").write_text("in the way", "utf-8")
    assert start().get_template("page.html").render(shown=1) == "as it was: 1"
    assert (tmp_path / "__pycache__").read_text("utf-8") == "in the way"


def test_nothing_is_written_where_python_writes_nothing(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With PYTHONDONTWRITEBYTECODE."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    start().get_template("page.html")
    assert not (tmp_path / "__pycache__").exists()
