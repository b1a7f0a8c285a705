"""Loads a dossier folder: every file read, every entry parsed, every fault reported at once.

``claims.yaml`` or any ``claims/**/*.yaml`` hold claims, and likewise for every kind in ``app.dossier.schema.KINDS``;
each file is a list of entries.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from json import dumps
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.dossier.checking import Unread, check_entries
from app.dossier.entries import Placed, field_name
from app.dossier.faults import Fault, FaultyDossier
from app.dossier.reading import Document, Route, read_document
from app.dossier.schema import KINDS, Dossier, Entry


def load_dossier(folder: Path) -> Dossier:
    """Read and check a whole dossier; raise ``FaultyDossier`` with every fault found."""
    faults: list[Fault] = []
    placed: list[Placed] = []
    unread = Unread()
    if not folder.is_dir():
        raise FaultyDossier([Fault(str(folder), 1, "", "is not a folder, expected a dossier folder")])
    for path in sorted(folder.rglob("*")):
        shown = path.relative_to(folder.parent).as_posix()
        relative = path.relative_to(folder)
        if path.is_dir() or any(part.startswith(".") for part in relative.parts) or path.suffix == ".md":
            continue
        kind = relative.parts[0] if len(relative.parts) > 1 else path.stem
        if path.suffix not in {".yaml", ".yml"} or kind not in KINDS:
            expected = f"expected a .yaml file or folder named for one of: {', '.join(KINDS)}"
            faults.append(Fault(shown, 1, "", f"is no file of a dossier, {expected}"))
            continue
        document = read_document(path, shown)
        if isinstance(document, Fault):
            faults.append(document)
            unread.kinds.add(kind)
            continue
        for item in _parse_entries(document, kind, shown, unread):
            if isinstance(item, Fault):
                faults.append(item)
            else:
                placed.append(item)
    faults.extend(check_entries(placed, unread, folder.name))
    if faults:
        raise FaultyDossier(faults)
    return _assemble(placed)


def _parse_entries(document: Document, kind: str, file: str, unread: Unread) -> Iterator[Fault | Placed]:
    if not isinstance(document.data, list):
        unread.kinds.add(kind)
        yield Fault(file, 1, "", "holds no list, expected a list of entries, each beginning with `- id:`")
        return
    shape = KINDS[kind]
    for index, data in enumerate(document.data):
        if not isinstance(data, dict):
            unread.kinds.add(kind)
            yield Fault(file, document.line((index,)), "", "is not an entry, expected `id:` and the fields of its kind")
            continue
        try:
            # JSON is the mode in which a strict model takes words for enumerations and digits for numbers.
            entry = shape.model_validate_json(dumps(data))
        except ValidationError as error:
            if "id" in data:
                unread.ids.add((kind, str(data["id"])))
            else:
                unread.kinds.add(kind)
            found = error.errors(include_url=False)
            for details in found:
                # A list whose only entry is faulty counts as empty to Pydantic: that only follows from the fault in it.
                path = details["loc"]
                inner = (each["loc"] for each in found if each["loc"][: len(path)] == path and each["loc"] != path)
                if details["type"] != "too_short" or not any(inner):
                    yield _explain(document, index, file, shape, details)
        else:
            yield Placed(entry, kind, file, document, index)


def _explain(document: Document, index: int, file: str, shape: type[Entry], details: ErrorDetails) -> Fault:
    """Turn one validation error into the house's sentence: what is wrong, and what is expected."""
    # A tag names the alternative that was tried; it is no part of the path in the file.
    path: Route = tuple(part for part in details["loc"] if not str(part).startswith("<"))
    given, context = details["input"], details.get("ctx", {})
    shown = f"{given[:60]!r}" if isinstance(given, str) else "this"
    match details["type"]:
        case "missing":
            if path[-1] in ("en", "fr"):
                problem = f"the {'English' if path[-1] == 'en' else 'French'} text is missing, expected both languages"
            else:
                problem = "is missing, expected a value"
        case "extra_forbidden":
            known = _fields_at(shape, path[:-1])
            near = get_close_matches(str(path[-1]), known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"expected one of: {', '.join(known)}"
            problem = f"is not a field here, {hint}"
        case "enum":
            problem = f"{shown} is not one of its words, expected {context['expected'].replace(chr(39), '')}"
        case "string_pattern_mismatch":
            problem = f"{shown} does not have its form, expected {_expected_form(context['pattern'])}"
        case "string_too_short":
            problem = "is empty, expected some text"
        case "string_too_long":
            problem = f"is {len(str(given))} characters long, expected at most {context['max_length']}"
        case "too_short":
            problem = f"has {context['actual_length']} entries, expected at least {context['min_length']}"
        case "string_type" | "tuple_type" | "model_type" | "model_attributes_type":
            wanted = {"string_type": "text", "tuple_type": "a list"}.get(details["type"], "fields of its own")
            problem = f"{shown} is not of its kind, expected {wanted}"
        case "decimal_parsing" | "decimal_type" | "finite_number":
            problem = f"{shown} is not a number, expected digits such as 13000000000 or 32.5"
        case "value_error":
            problem = str(context.get("error", details["msg"]))
            problem = problem.replace("; expected", ", expected")
        case _:
            problem = f"{details['msg']}, found {shown}"
    return Fault(file, document.line((index, *path)), field_name(path), problem)


def _expected_form(pattern: str) -> str:
    if pattern.startswith("^https?"):
        return "an https:// address without spaces, or http:// for a host of your own network"
    if pattern.startswith("^https"):
        return "an https:// address without spaces"
    if pattern == "^[a-z]{2}$":
        return "a two-letter language code such as fr"
    if pattern == "^[A-Z]{3}$":
        return "a three-letter currency code such as USD"
    if "{64}" in pattern:
        return "64 hexadecimal digits in lower case, the SHA-256 of the text"
    if pattern.startswith("^[a-z]+(_"):
        return "lower-case words joined by underscores, such as at_risk"
    if "A-Za-z0-9" in pattern:
        return "letters and digits, such as U10"
    return "lower-case words joined by hyphens"


def _fields_at(shape: type[Any], path: Route) -> list[str]:
    """The names of the fields that exist where ``path`` leads, for a suggestion."""
    schema: dict[str, Any] = shape.model_json_schema()
    here = schema
    for part in path:
        here = here.get("items", {}) if isinstance(part, int) else here.get("properties", {}).get(part, {})
        for choice in here.get("anyOf", []):
            if choice.get("type") != "null":
                here = choice
        if "$ref" in here:
            here = schema["$defs"][here["$ref"].rsplit("/", 1)[-1]]
    return sorted(here.get("properties", {}))


def _assemble(placed: list[Placed]) -> Dossier:
    by_kind: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for item in placed:
        by_kind[item.kind].append(item.entry)
    (edition,) = by_kind.pop("edition")
    return Dossier(edition=edition, **{kind: tuple(entries) for kind, entries in by_kind.items()})
