"""Reads YAML files into plain text, mappings and lists, remembering the line of everything.

Every scalar stays the text that was typed: YAML's guesses (``NO`` is false, ``0501`` is octal, ``2025-06-18`` is a
date) are switched off. Aliases, tags and repeated keys are faults: a dossier is read by people, and an alias is
also how a small file becomes a huge one.
"""

import re
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from app.dossier.faults import Fault

MAX_BYTES = 4_000_000
"""The largest file accepted; a hand-edited one is a hundredth of this."""

MAX_DEPTH = 32

_CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that make what follows run the other way, so that a sentence reads as another than it is."""
"""What YAML takes for no text."""

Route = tuple[str | int, ...]

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without the C library: the same, slower.
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


class Document(Struct, frozen=True):
    """What one file holds: ``data`` of text, dicts and lists, and the line (from 1) of each path into it."""

    data: Any
    lines: dict[Route, int]

    def line(self, path: Route) -> int:
        """The line of a path, or of the nearest thing around it that is in the file."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Refused(Exception):
    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line, self.problem = line, problem


def read_document(path: Path, shown: str) -> Document | Fault:
    """Read one file; whatever is wrong with it as YAML comes back as one fault naming the line."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return Fault(shown, 1, "", f"cannot be read ({error.strerror}), expected a readable file")
    if len(raw) > MAX_BYTES:
        return Fault(shown, 1, "", f"holds {len(raw)} bytes, expected at most {MAX_BYTES}")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Fault(shown, line, "", f"byte {error.start} is not UTF-8 text, expected a YAML text file")
    lines: dict[Route, int] = {}
    try:
        node = _compose(text)
        data = _plain(node, (), lines) if node is not None else []
    except _Refused as refused:
        return Fault(shown, refused.line, "", refused.problem)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "cannot be read"
        # What is missing at the end is reported one line after it.
        line = min(mark.line, text.count("\n")) + 1 if mark else 1
        return Fault(shown, line, "", f"YAML syntax: {problem}, expected valid YAML")
    except yaml.reader.ReaderError:
        return Fault(
            shown, _line_of_control_character(text), "", "holds a control character, expected a YAML text file"
        )
    except RecursionError:
        return Fault(shown, 1, "", f"is nested too deeply, expected at most {MAX_DEPTH} levels")
    return Document(data, lines)


def _line_of_control_character(text: str) -> int:
    """YAML's own position counts bytes or letters, as its library likes; the line is found anew."""
    found = _CONTROL.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _compose(text: str) -> yaml.Node | None:
    """The first document of a text as nodes, refusing aliases, anchors and further documents as it goes."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused(line, "anchors and aliases are not used here, expected the text itself")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _Refused(line, f"is nested too deeply, expected at most {MAX_DEPTH} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    return node


def _plain(node: yaml.Node, path: Route, lines: dict[Route, int]) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
        raise _Refused(line, f"the tag {node.tag} is not used here, expected plain text")
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), lines) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            key_line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise _Refused(key_line, "a key must be a word, expected `name: value`")
            if key.value in found:
                raise _Refused(key_line, f"the key {key.value!r} stands twice, expected it once")
            lines[(*path, key.value)] = key_line
            found[key.value] = _plain(value, (*path, key.value), lines)
        return found
    assert isinstance(node, yaml.ScalarNode)
    if found_sign := _TURNING.search(node.value):
        code = f"U+{ord(found_sign[0]):04X}"
        raise _Refused(
            line, f"holds the invisible sign {code}, which turns a text around; expected the text without it"
        )
    return str(node.value)
