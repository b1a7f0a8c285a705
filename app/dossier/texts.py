"""Compares the dossier with the texts of its sources that somebody holds (see ``app.source_texts``)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from app.dossier.faults import Fault, FaultyDossier
from app.dossier.schema import Dossier, Source
from app.source_texts import SUFFIX, parse_text, require_folder

Wordings = Mapping[tuple[str, str], Sequence[tuple[str, str]]]
"""For each source and locator: who records words of it, and which."""


def check_texts(dossier: Dossier, folder: Path) -> int:
    """How many units of text agree with the dossier; raise ``FaultyDossier`` with all that does not.

    Only the texts in the folder are compared: nobody has to hold all of them.
    """
    sources = {source.id: source for source in dossier.sources}
    wordings = _recorded_wordings(dossier)
    paths = [path for path in sorted(require_folder(folder).glob(f"*{SUFFIX}")) if not path.name.startswith(".")]
    faults: list[Fault] = []
    if not paths:
        faults.append(Fault(str(folder), 1, "", f"holds no text, expected files such as article-fr{SUFFIX}"))
    for path in paths:
        shown = path.relative_to(folder.parent).as_posix()
        if (source := sources.get(path.stem)) is not None:
            faults += _compare(source, wordings, path, shown)
        else:
            near = get_close_matches(path.stem, sources, 1)
            hint = f"did you mean {near[0]}{SUFFIX}?" if near else "expected a file named for the id of a source"
            faults.append(Fault(shown, 1, "", f"there is no {path.stem!r} in sources, {hint}"))
    if faults:
        raise FaultyDossier(faults)
    return sum(len(sources[path.stem].locators) for path in paths)


def _recorded_wordings(dossier: Dossier) -> Wordings:
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for claim in dossier.claims:
        for evidence in claim.evidence:
            if evidence.wording:
                found[evidence.source, evidence.locator].append((f"claim {claim.id}", evidence.wording.text))
    for figure in dossier.figures:
        for reading in figure.readings:
            if reading.literal:
                by = f"reading {reading.id} of figure {figure.id}"
                found[reading.source, reading.locator].append((by, reading.literal.text))
    return found


def _compare(source: Source, wordings: Wordings, path: Path, shown: str) -> Iterator[Fault]:
    units = parse_text(path.read_bytes()).units
    declared = {locator.id: locator.sha256 for locator in source.locators}
    for identifier in declared.keys() - {unit.id for unit in units}:
        yield Fault(shown, 1, identifier, f"is missing, expected a line that begins with {identifier + ' '!r}")
    seen: Counter[str] = Counter()
    for unit in units:
        seen[unit.id] += 1
        if unit.id not in declared:
            listed = ", ".join([*declared][:3]) + (f" … {[*declared][-1]}" if len(declared) > 3 else "")
            problem = f"{source.id!r} declares no such unit, expected one of: {listed or 'none'}"
            yield Fault(shown, unit.line, unit.id, problem)
            continue
        if seen[unit.id] > 1:
            yield Fault(shown, unit.line, unit.id, "stands twice, expected it once")
        if (recorded := declared[unit.id]) is None:
            problem = f"the dossier records no digest of it, expected `sha256: {unit.sha256}` on its locator"
            yield Fault(shown, unit.line, unit.id, problem)
        elif unit.sha256 != recorded:
            problem = f"its text is not the one on record, its sha256 is {unit.sha256}, expected {recorded}"
            yield Fault(shown, unit.line, unit.id, problem)
        for by, wording in wordings.get((source.id, unit.id), ()):
            if wording not in unit.text:
                problem = f"{wording!r}, which {by} records, is not in its text, expected words that stand there"
                yield Fault(shown, unit.line, unit.id, problem)
