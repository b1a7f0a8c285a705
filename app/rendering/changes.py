"""Presents what changed between two releases: names, addresses, and each field before and after. Pure functions."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from msgspec import Struct
from typing_extensions import TypedDict

from app.queries.changes import Change, Detail, FieldChange, Kind, Value
from app.releases.opening import Names
from app.rendering.addresses import Addresses
from app.rendering.formats import format_incomplete_date
from app.rendering.labels import LABELS, label

_DATES = (
    *("happened", "reported", "as_of", "published", "since_text", "until_text", "due", "estimated", "seen_text"),
    *("start", "horizon"),
)
_NAMED = {"party_id": "party", "issue_id": "issue", "area_id": "impact", "scenario_id": "scenario"}
"""The columns that hold an id of which a release knows the name, with the parameter it goes by."""
_STATUS = {Kind.CLAIM: "status", Kind.ISSUE_STANDING: "issue-status", Kind.SCENARIO_STANDING: "scenario-status"}
_WORDS_OF_KIND = {Kind.POSITION: "position", Kind.PARTY: "party-kind"}


class Segment(Struct, frozen=True):
    """A run of words: ``same`` in both, ``removed`` or ``added``."""

    state: str
    text: str


class FieldView(Struct, frozen=True):
    """``language`` is that of the texts, where they stand in both, and ``lang`` is set where there is nothing but such
    a text; ``diff`` is there where one text became another.
    """

    field: str
    name: str
    language: str | None
    lang: str | None
    before: tuple[str, ...]
    after: tuple[str, ...]
    diff: tuple[Segment, ...]


class ChangeView(Struct, frozen=True):
    """``before`` and ``after`` are the entry's addresses in either release, where it is in it."""

    id: str
    kind: str
    change: Change
    key: str
    title: str
    before: str | None
    after: str | None
    fields: tuple[FieldView, ...]


def word_diff(before: str, after: str) -> tuple[Segment, ...]:
    """What was removed and added, word by word (longest matching blocks: Ratcliff and Metzener, 1988, "Pattern
    Matching: The Gestalt Approach"); what is not added is the text before, what is not removed the text after.
    """
    old, new = before.split(), after.split()
    found: list[Segment] = []
    for operation, i, j, m, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            found.append(Segment("same", " ".join(old[i:j])))
            continue
        found += [
            Segment(state, " ".join(part)) for state, part in (("removed", old[i:j]), ("added", new[m:n])) if part
        ]
    return tuple(found)


def diff_text(segments: Sequence[Segment]) -> str:
    """The same as plain text: ``The [-first-] {+second+} word``."""
    forms = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return " ".join(forms[each.state].format(each.text) for each in segments)


def present_change(detail: Detail, *, language: str, names: Names, before: Addresses, after: Addresses) -> ChangeView:
    """An entry that changed, for a reader; ``before`` and ``after`` make the addresses of either release."""
    entry = detail.entry
    return ChangeView(
        id=f"{entry.kind}:{entry.key}",
        kind=entry.kind,
        change=entry.change,
        key=entry.key,
        title=detail.titles[language == "fr"],
        before=None if entry.change is Change.ADDED else _address(entry.kind, entry.key, before),
        after=None if entry.change is Change.WITHDRAWN else _address(entry.kind, entry.key, after),
        fields=tuple(_views(entry.change, entry.kind, detail.fields, language, names)),
    )


def _views(
    change: Change, kind: Kind, fields: Sequence[FieldChange], language: str, names: Names
) -> Iterator[FieldView]:
    """The reader's language first. Of what is new or gone as a whole, its address says more than a list."""
    if change in (Change.ADDED, Change.WITHDRAWN):
        return
    for each in sorted(fields, key=lambda field: field.language not in (None, language)):
        before, after = (
            tuple(_said(value, kind, each.field, language, names) for value in values)
            for values in (each.before, each.after)
        )
        lang = each.language if all(len(value) == 1 for value in (*each.before, *each.after)) else None
        diff = word_diff(before[0], after[0]) if lang and len(before) == len(after) == 1 else ()
        yield FieldView(each.field, label("field", each.field, language), each.language, lang, before, after, diff)


def _said(value: Value, kind: Kind, field: str, language: str, names: Names) -> str:
    said = dict(value)
    return ", ".join(_word(column, text, kind, field, language, names, said) for column, text in value)


def _word(column: str, text: str, kind: Kind, field: str, language: str, names: Names, said: Mapping[str, str]) -> str:
    # The horizon of an impact is a word.
    if column in _DATES and text not in LABELS["horizon"]:
        return format_incomplete_date(text, language)
    if column == "ordinal":
        return f"{int(text) + 1}."
    parameter = said.get("parameter", "") if column == "value" else _NAMED.get(column, "")
    if text in names.get(parameter, {}):
        return names[parameter][text].in_language(language)
    vocabulary = {
        "status": _STATUS.get(kind, column),
        "kind": "relation" if field == "relation" else _WORDS_OF_KIND.get(kind, column),
        "word": "likelihood",
        "wording_language": "language",
        "literal_language": "language",
        "value": "consistency" if field == "ratings" else parameter,
    }.get(column, column)
    is_word = column not in ("reliability", "credibility") and text in LABELS.get(vocabulary, {})
    return label(vocabulary, text, language) if is_word else text


def _address(kind: Kind, key: str, to: Addresses) -> str:
    owner = key.partition("/")[0]
    match kind:
        case Kind.CLAIM:
            return to.claim(key)
        case Kind.DEVELOPMENT | Kind.OVERALL_STANDING:
            return to.development(key)
        case Kind.FIGURE | Kind.READING:
            return to.figure(owner)
        case Kind.SOURCE:
            return to.source(key)
        case Kind.TERM:
            return to.term(key)
        case Kind.POSITION:
            return to.issue(owner, "ledger")
        case Kind.ISSUE_STANDING | Kind.ISSUE:
            return to.issue(owner)
        case Kind.SCENARIO_STANDING | Kind.SIGNPOST | Kind.SCENARIO:
            return to.scenario(owner)
        case Kind.IMPACT:
            return to.cell(key)
        case Kind.PARTY:
            return to.party(key)
        case Kind.DRIVER:
            return to.with_values("/claims", driver=key)
        case Kind.AREA:
            return to.area(key)
        case Kind.MEASURE | Kind.CONDITION:
            return to.page("/figures")
        case Kind.RATING:
            return to.page("/scenarios/evidence", anchor="matrix-heading")
        case Kind.DESCRIPTOR:
            return to.page("/scenarios/cross-impact", anchor="matrix-heading")
        case Kind.INFLUENCE:
            return to.page("/scenarios/cross-impact", anchor=f"influence-{key}")
        case Kind.CALCULATION:
            return to.page("/scenarios/exposure", anchor=f"calculation-{key}")
        case Kind.EXPECTATION:
            return to.page("/", anchor="expectations-heading")


class FieldData(TypedDict):
    """A field that changed: its values before and after, and the words of a text that went and came."""

    field: str
    language: str | None
    before: list[str]
    after: list[str]
    diff: str | None


class ChangeData(TypedDict):
    """An entry that changed, and its addresses in both releases."""

    id: str
    url: str | None
    change: str
    kind: str
    text: str
    before: str | None
    after: str | None
    fields: list[FieldData]


def change_data(view: ChangeView) -> ChangeData:
    """The same for a program."""
    return {
        "id": view.id,
        "url": view.after or view.before,
        "change": view.change,
        "kind": view.kind,
        "text": view.title,
        "before": view.before,
        "after": view.after,
        "fields": [
            {
                "field": each.field,
                "language": each.language,
                "before": list(each.before),
                "after": list(each.after),
                "diff": diff_text(each.diff) or None,
            }
            for each in view.fields
        ],
    }


def change_text(view: ChangeView) -> str:
    """The same in plain lines, for a feed."""
    lines = [view.title]
    for each in view.fields:
        said = diff_text(each.diff) or f"{' · '.join(each.before) or '∅'} → {' · '.join(each.after) or '∅'}"
        lines.append(f"{each.name}{f' ({each.language})' if each.language else ''}: {said}")
    return "\n".join(lines)
