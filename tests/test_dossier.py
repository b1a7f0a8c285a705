"""A dossier: what is right loads as it was typed, and each fault is one line that says where and what."""

import re
import shutil
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from app.dates import IncompleteDate
from app.dossier.faults import FaultyDossier
from app.dossier.loading import load_dossier
from app.dossier.reading import MAX_BYTES
from app.dossier.schema import KINDS, Dossier, Text, Wording
from app.settings import PROJECT
from app.vocabulary import Access

deterministic = settings(
    derandomize=True, deadline=None, database=None, phases=(Phase.explicit, Phase.generate, Phase.shrink)
)

SMALL: Mapping[str, str] = {
    "edition.yaml": """\
- id: small
  name: {en: A small dossier, fr: Un petit dossier}
  compiled: 2025-12-31
""",
    "issues.yaml": """\
- id: control
  name: {en: Control, fr: Contrôle}
  question: {en: Who decides?, fr: Qui tranche}
  parties: [alpha, beta]
""",
    "parties.yaml": """\
- id: alpha
  kind: company
  name: {en: Alpha, fr: Alpha}
  role: {en: Makes models., fr: Crée des modèles.}
- id: beta
  kind: company
  name: {en: Beta, fr: Bêta}
  role: {en: Pays for them., fr: Les finance.}
""",
    "drivers.yaml": """\
- id: dependence
  name: {en: Dependence, fr: Dépendance}
  description: {en: One needs the other., fr: L’une a besoin de l’autre.}
  issues: [control]
""",
    "areas.yaml": """\
- id: market
  name: {en: Market, fr: Marché}
  question: {en: What would it cost?, fr: Combien cela coûterait}
""",
    "sources.yaml": """\
- id: daily
  kind: press
  title: {en: Report on the deal, fr: Enquête sur l’accord}
  publisher: The Daily
  language: en
  published: 2025-06-17
  access: page
  url: https://example.org/deal
  reliability: C
  basis: {en: Names its people., fr: Nomme ses témoins.}
  locators:
    - id: U1
      gist: {en: The opening., fr: L’ouverture.}
    - id: U2
      gist: {en: The sum., fr: La somme.}
- id: filing
  kind: copy
  title: {en: Annual report, fr: Rapport annuel}
  publisher: Beta
  language: en
  published: 2025-09
  access: copy
  reliability: A
  basis: {en: Filed under oath., fr: Déposé sous serment.}
- id: original
  kind: press
  title: {en: The first report, fr: La première enquête}
  publisher: Wire
  language: en
  published: 2025-06-16
  access: none
  reliability: B
  basis: {en: Known by others., fr: Connu par d’autres.}
""",
    "claims.yaml": """\
- id: talks
  text:
    en: Alpha and Beta talk about new terms.
    fr: Alpha et Bêta discutent de nouvelles conditions.
  kind: event
  issues: [control]
  parties: [alpha, beta]
  attribution: report
  status:
    - value: confirmed
      since: 2025-06-17
  evidence:
    - source: daily
      locator: U1
      credibility: 2
- id: sum-said
  text:
    en: Beta paid 1.3 billion dollars.
    fr: Bêta a versé 1,3 milliard de dollars.
  kind: amount
  issues: [control]
  parties: [beta]
  drivers: [dependence]
  impacts: [market]
  flags: [magnitude]
  attribution: report
  speakers: [beta]
  happened: 2024
  status:
    - value: reported
      since: 2025-06-17
    - value: superseded
      since: 2025-10-01
      by: sum-filed
  evidence:
    - source: daily
      locator: U2
      credibility: 5
      wording: {text: more than 1.3 billion, language: en}
- id: sum-filed
  text:
    en: Beta has paid 13 billion dollars in all.
    fr: Bêta a versé 13 milliards de dollars au total.
  kind: amount
  issues: [control]
  parties: [beta]
  attribution: filing
  status:
    - value: reported
      since: 2025-09
  rank:
    - value: normal
      since: 2025-09
      reason: {en: One filing so far., fr: Un seul document pour l’instant.}
    - value: preferred
      since: 2025-10-01
      reason: {en: The filing itself., fr: Le document même.}
  evidence:
    - source: filing
      credibility: 1
  relations:
    - {kind: corrects, claim: sum-said}
""",
    "developments.yaml": """\
- id: talks-begin
  date: 2025-06-16
  kind: report
  title: {en: The talks are reported., fr: Les discussions sont révélées.}
  issues: [control]
  parties: [alpha, beta]
  claims: [talks]
  standings:
    - issue: control
      status: negotiating
      sentence: {en: They negotiate., fr: Elles négocient.}
  scenarios:
    - {scenario: accord, status: open}
  overall: {en: All is open., fr: Tout reste ouvert.}
""",
    "positions.yaml": """\
- id: beta-asks-more
  issue: control
  party: beta
  kind: asks
  text: {en: Wants a larger share., fr: Veut une part plus grande.}
  claim: talks
  since: 2025-06-17
  until: 2025-10-28
""",
    "measures.yaml": """\
- id: paid
  name: {en: Paid, fr: Versé}
  definition: {en: Money that changed hands., fr: Argent qui a changé de mains.}
""",
    "conditions.yaml": """\
- id: none-stated
  name: {en: No condition stated, fr: Aucune condition énoncée}
""",
    "expectations.yaml": """\
- id: new-terms-by-autumn
  text: {en: New terms by the autumn., fr: De nouvelles conditions avant l’automne.}
  issues: [control]
  due: 2025-09
  announced: talks
""",
    "figures.yaml": """\
- id: investment
  name: {en: Investment, fr: Investissement}
  description: {en: What Beta put in., fr: Ce que Bêta a apporté.}
  unit: currency
  currency: USD
  issues: [control]
  parties: [beta]
  readings:
    - id: said
      claim: sum-said
      source: daily
      locator: U2
      value: 1300000000
      bound: at-least
      measure: paid
      condition: none-stated
      as_of: 2025-06
      literal: {text: more than 1.3 billion, language: en}
    - id: filed
      claim: sum-filed
      source: filing
      value: 13000000000
      upper: 14000000000
      bound: exact
      measure: paid
      condition: none-stated
      as_of: 2025-06-30
""",
    "scenarios.yaml": """\
- id: accord
  name: {en: Accord, fr: Entente}
  definition: {en: They sign., fr: Elles signent.}
  condition: {en: If both give way, fr: Si chacune cède}
  start: 2025-06
  horizon: 2030
  signposts:
    - id: memorandum
      text: {en: A memorandum is announced., fr: Un protocole est annoncé.}
      seen: talks
      seen_on: 2025-06-17
    - id: signature
      text: {en: A contract is filed., fr: Un contrat est déposé.}
""",
    "impacts.yaml": """\
- id: accord-market
  scenario: accord
  area: market
  direction: increases
  strength: weak
  horizon: months
  firmness: reasoned
  bearer: {en: Shareholders., fr: Les actionnaires.}
  reasoning: {en: Certainty is worth money., fr: La certitude vaut de l’argent.}
  claims: [talks]
""",
    "consistency.yaml": """\
- id: talks-rated
  claim: talks
  ratings:
    - scenario: accord
      value: consistent
      reason: {en: Talks come first., fr: On parle d’abord.}
""",
    "descriptors.yaml": """\
- id: market
  area: market
  outcomes:
    - id: up
      name: {en: prices rise, fr: les prix montent}
    - id: down
      name: {en: prices fall, fr: les prix baissent}
- id: rules
  area: market
  outcomes:
    - id: strict
      name: {en: rules tighten, fr: les règles se resserrent}
    - id: lax
      name: {en: rules loosen, fr: les règles se relâchent}
""",
    "influences.yaml": """\
- id: up-tightens
  cause: {descriptor: market, outcome: up}
  effect: {descriptor: rules, outcome: strict}
  value: 2
  reason: {en: High prices are noticed., fr: Les prix élevés se remarquent.}
  claims: [talks]
- id: strict-lowers
  cause: {descriptor: rules, outcome: strict}
  effect: {descriptor: market, outcome: up}
  value: -1
  reason: {en: Strict rules cost money., fr: Les règles strictes coûtent cher.}
  basis: editor
""",
    "exposure.yaml": """\
- id: part-said
  name: {en: Part said, fr: Part dite}
  question: {en: What part was said?, fr: Quelle part a été dite}
  formula: said / filed
  unit: percent
  inputs:
    - name: said
      label: {en: Sum said, fr: Somme dite}
      figure: investment
      readings: [filed, said]
      literal: said
    - name: filed
      label: {en: Sum filed, fr: Somme déposée}
      figure: investment
      readings: [filed]
- id: profit
  name: {en: Profit, fr: Bénéfice}
  question: {en: How much profit?, fr: Combien de bénéfices}
  not_computable: {en: No profit is on file., fr: Aucun bénéfice au dossier.}
""",
    "glossary.yaml": """\
- id: memorandum
  kind: legal
  term: {en: Memorandum, fr: Protocole}
  definition: {en: A paper that does not bind., fr: Un papier qui n’engage pas.}
  caution: {en: Not a contract., fr: Ce n’est pas un contrat.}
  claims: [talks]
""",
    "topics.yaml": """\
- id: power
  issue: control
  parties: [alpha]
  terms: [stake, board seat]
""",
    "watch.yaml": """\
- id: beta-news
  kind: feed
  publisher: Beta
  address: https://news.example.org/feed.xml
  topics: [power]
- id: beta-filings
  kind: edgar
  publisher: Register
  address: https://data.example.org/submissions/CIK0000000042.json
  issues: [control]
  parties: [beta]
  forms: [8-K]
""",
    "dismissed.yaml": """\
- id: 0123456789ab
  reason: An advertisement.
""",
}
"""The smallest dossier that has an entry of every kind; other test modules publish it too."""


def write_small(folder: Path) -> Path:
    """Write the small dossier below a folder, and hand over its own folder."""
    dossier = folder / "dossier"
    dossier.mkdir(parents=True)
    for name, text in SMALL.items():
        (dossier / name).write_text(text, "utf-8")
    return dossier


def change(dossier: Path, file: str, old: str, new: str) -> str:
    """Replace the first occurrence of a text in a file; the file's new text."""
    path = dossier / file
    text = path.read_text("utf-8")
    assert old in text, f"the test means to change {old!r}, which {file} does not hold"
    changed = text.replace(old, new, 1)
    path.write_text(changed, "utf-8")
    return changed


def line_of(text: str, needle: str) -> int:
    assert needle in text, f"the test looks for {needle!r}, which is not there"
    return text[: text.index(needle)].count("\n") + 1


def faults_of(dossier: Path) -> list[str]:
    """What the check says of a dossier; empty where it has no faults."""
    try:
        load_dossier(dossier)
    except FaultyDossier as faulty:
        return [str(fault) for fault in faulty.faults]
    return []


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_small(tmp_path)


def texts(value: object, where: str) -> Iterator[tuple[str, Text]]:
    """Every bilingual text below an entry, with where it stands."""
    if isinstance(value, Text):
        yield where, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts(getattr(value, name), f"{where}.{name}")
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from texts(item, f"{where}[{index + 1}]")


def all_texts(dossier: Dossier) -> Iterator[tuple[str, Text]]:
    for field in dossier.__struct_fields__:
        value = getattr(dossier, field)
        for entry in value if isinstance(value, tuple) else (value,):
            yield from texts(entry, f"{field} {entry.id}")


# What is right


def test_the_small_dossier_has_no_faults(small: Path) -> None:
    """The dossier that the other tests spoil is whole to begin with, and has an entry of every kind."""
    assert faults_of(small) == []
    assert {name.removesuffix(".yaml") for name in SMALL} == set(KINDS), "a new kind needs an entry in SMALL"


def test_what_is_typed_is_what_is_kept(small: Path) -> None:
    """NO stays a word, 0501 keeps its zero and 1.10 its digits, whatever YAML would make of them."""
    change(small, "sources.yaml", "publisher: The Daily", "publisher: NO")
    change(small, "sources.yaml", "id: U1", "id: 0501")
    change(small, "claims.yaml", "locator: U1", "locator: 0501")
    change(small, "claims.yaml", "text: more than 1.3 billion", "text: 1.10")
    change(small, "figures.yaml", "value: 1300000000", "value: 1.10")
    change(small, "parties.yaml", "name: {en: Beta,", "name: {en: yes,")
    dossier = load_dossier(small)
    assert dossier.sources[0].publisher == "NO"
    assert dossier.sources[0].locators[0].id == dossier.claims[0].evidence[0].locator == "0501"
    wording = dossier.claims[1].evidence[0].wording
    assert wording is not None
    assert wording.text == "1.10"
    assert str(dossier.figures[0].readings[0].value) == "1.10", "a number keeps the digits that its source has"
    assert dossier.parties[1].name.en == "yes"


def test_a_kind_may_be_a_file_or_a_folder(small: Path) -> None:
    """Entries of claims.yaml and of any file below claims/ make one list, and faults name the file below."""
    entries = SMALL["claims.yaml"].split("- id: sum-filed")
    (small / "claims.yaml").write_text(entries[0], "utf-8")
    (small / "claims" / "more").mkdir(parents=True)
    (small / "claims" / "more" / "filed.yml").write_text("# Filings\n- id: sum-filed" + entries[1], "utf-8")
    assert {claim.id for claim in load_dossier(small).claims} == {"talks", "sum-said", "sum-filed"}
    change(small, "claims/more/filed.yml", "kind: amount", "kind: sum")
    (line,) = faults_of(small)
    assert line.startswith("dossier/claims/more/filed.yml:6: kind: 'sum' is not one of its words"), line


def test_notes_and_hidden_files_are_left_alone(small: Path) -> None:
    """A README, and whatever an editor or a file manager keeps in hidden files and folders, is no entry."""
    (small / "README.md").write_text("How to", "utf-8")
    (small / ".DS_Store").write_bytes(b"\x00\x01")
    (small / ".vscode").mkdir()
    (small / ".vscode" / "settings.json").write_text("{}", "utf-8")
    assert faults_of(small) == []


def test_a_file_may_be_empty(small: Path) -> None:
    """A file without entries, or with a comment alone, is an empty list."""
    (small / "claims").mkdir()
    (small / "claims" / "later.yaml").write_text("", "utf-8")
    (small / "claims" / "todo.yaml").write_text("# Nothing yet\n", "utf-8")
    assert faults_of(small) == []


# One fault, one line


def case(name: str, file: str, old: str, new: str, at: str, field: str, *says: str) -> object:
    """Change ``old`` to ``new``: the one fault is on the line of ``at``, names the field, and says these words."""
    return pytest.param(file, old, new, at, field, says, id=name)


CELL = SMALL["impacts.yaml"]
BLANK_CELL = re.sub("increases|weak|months", "not-stated", CELL).replace("reasoned", "nothing")
NINE = "one two three four five six seven eight nine"

ONE_FAULT = [
    case(
        "misspelt key", "claims.yaml", "  kind: event", "  knid: event\n  kind: event", "knid", "knid", "mean 'kind'?"
    ),
    case("misspelt key inside", "claims.yaml", "credibility: 2", "credibility: 2\n      credibilty: 2", "credibilty: 2",
         "evidence[1].credibilty", "did you mean 'credibility'?"),
    case("unheard-of key", "claims.yaml", "  kind: event", "  zzz: 1\n  kind: event", "zzz", "zzz", "expected one of"),
    case("missing key", "claims.yaml", "  attribution: report\n", "", "- id: talks", "attribution", "is missing"),
    case("unknown word", "claims.yaml", "kind: event", "kind: evnt", "kind: evnt", "kind", "'evnt'", "event"),
    case("unknown party", "claims.yaml", "parties: [alpha, beta]", "parties: [alpha, betta]", "betta", "parties[2]",
         "no 'betta' in parties", "did you mean 'beta'?"),
    case("unknown party, nothing near", "claims.yaml", "parties: [alpha, beta]", "parties: [alpha, qqqq]", "qqqq",
         "parties[2]", "no 'qqqq' in parties"),
    case("party that is no list", "claims.yaml", "parties: [alpha, beta]", "parties: alpha", "parties: alpha",
         "parties", "a list"),
    case("empty list", "claims.yaml", "issues: [control]", "issues: []", "issues: []", "issues", "at least 1"),
    case("reading without measure", "figures.yaml", "      measure: paid\n", "", "- id: said", "readings[1].measure",
         "is missing"),
    case("reading without condition", "figures.yaml", "      condition: none-stated\n", "", "- id: said",
         "readings[1].condition", "is missing"),
    case("reading without bound", "figures.yaml", "      bound: at-least\n", "", "- id: said", "readings[1].bound",
         "is missing"),
    case("reading without date", "figures.yaml", "      as_of: 2025-06\n", "", "- id: said", "readings[1].as_of",
         "is missing"),
    case("figure without unit", "figures.yaml", "  unit: currency\n", "", "- id: investment", "unit", "is missing"),
    case("money without currency", "figures.yaml", "  currency: USD\n", "", "unit: currency", "unit", "USD"),
    case("unknown measure", "figures.yaml", "measure: paid", "measure: pade", "measure: pade", "readings[1].measure",
         "'paid'"),
    case("unknown condition", "figures.yaml", "condition: none-stated", "condition: none", "condition: none",
         "readings[1].condition", "no 'none' in conditions"),
    case("number in words", "figures.yaml", "value: 13000000000", "value: 13 billion", "13 billion",
         "readings[2].value", "'13 billion' is not a number"),
    case("not a number", "figures.yaml", "value: 13000000000", "value: NaN", "NaN", "readings[2].value", "NaN"),
    case("number beyond all measure", "figures.yaml", "value: 13000000000\n      upper: 14000000000\n",
         "value: 1e999999\n", "1e999999", "readings[2].value", "1e999999"),
    case("number with underscores", "figures.yaml", "value: 1300000000", "value: 1_300_000_000", "1_300",
         "readings[1].value", "1_300"),
    case("upper below value", "figures.yaml", "upper: 14000000000", "upper: 12", "upper: 12", "readings[2].upper",
         "not above"),
    case("reading its claim does not cite", "figures.yaml", "locator: U2", "locator: U1", "source: daily",
         "readings[1].source", "does not cite daily at U1"),
    case("locator the source lacks", "claims.yaml", "locator: U1", "locator: U7", "locator: U7",
         "evidence[1].locator", "'daily' has no locator 'U7'", "U1, U2"),
    case("no locator where the source has some", "claims.yaml", "      locator: U1\n", "", "source: daily",
         "evidence[1].locator", "no locator 'whole'"),
    case("locator on a source without", "claims.yaml", "- source: daily",
         "- {source: filing, locator: p3, credibility: 1}\n    - source: daily", "locator: p3", "evidence[1].locator",
         "'filing' has no locator 'p3'"),
    case("locator twice", "sources.yaml", "    - id: U2", "    - {id: U1, gist: {en: a, fr: b}}\n    - id: U2",
         "{id: U1", "locators[2].id", "'U1' stands twice"),
    case("long wording", "claims.yaml", "text: more than 1.3 billion", f"text: {NINE}", NINE,
         "evidence[1].wording.text", "9 verbatim words", "at most 8"),
    case("long literal", "figures.yaml", "text: more than 1.3 billion", f"text: {NINE}", NINE,
         "readings[1].literal.text", "9 verbatim words"),
    case("long quotation, English marks", "claims.yaml", "en: Alpha and", f"en: They said “{NINE}” and", NINE,
         "text.en", "quotes 9 words"),
    case("long quotation, French marks", "claims.yaml", "fr: Alpha et", f"fr: Elles « {NINE} » et", NINE, "text.fr",
         "quotes 9 words"),
    case("long quotation, straight marks", "claims.yaml", "en: Alpha and", f'en: They said "{NINE}" and', NINE,
         "text.en", "quotes 9 words"),
    case("long quotation around another", "claims.yaml", "fr: Alpha et",
         "fr: Elles « un deux trois “quatre” cinq six sept huit neuf » et", "« un deux", "text.fr", "quotes 9 words"),
    case("wording without language", "claims.yaml", ", language: en}", "}", "wording:",
         "evidence[1].wording.language", "is missing"),
    case("missing translation", "claims.yaml", "    fr: Alpha et Bêta discutent de nouvelles conditions.\n", "",
         "  text:", "text.fr", "French text is missing", "both languages"),
    case("missing original", "claims.yaml", "    en: Alpha and Beta talk about new terms.\n", "", "  text:", "text.en",
         "English text is missing"),
    case("empty translation", "claims.yaml", "fr: Alpha et Bêta discutent de nouvelles conditions.", 'fr: ""', 'fr: ""',
         "text.fr", "is empty"),
    case("endless text", "claims.yaml", "en: Alpha and Beta", "en: " + "word " * 200 + "Beta", "en: word", "text.en",
         "at most 900"),
    case("day that is not", "claims.yaml", "happened: 2024", "happened: 2025-02-30", "2025-02-30", "happened",
         "'2025-02-30' cannot be a date"),
    case("month that is not", "claims.yaml", "happened: 2024", "happened: 2025-13", "2025-13", "happened",
         "'2025-13' cannot be a date"),
    case("banana", "claims.yaml", "happened: 2024", "happened: banana", "banana", "happened",
         "'banana' is not a date", "YYYY-MM-DD"),
    case("year nought", "claims.yaml", "happened: 2024", "happened: 0000", "0000", "happened", "no year 0"),
    case("syntax error", "claims.yaml", "parties: [alpha, beta]", "parties: [alpha, beta", "attribution: report", "",
         "YAML syntax"),
    case("tab", "claims.yaml", "  kind: event", "\tkind: event", "\tkind", "", "YAML syntax"),
    case("key twice", "claims.yaml", "  kind: event", "  kind: event\n  kind: term", "kind: term", "",
         "'kind' stands twice"),
    case("second document", "claims.yaml", "- id: sum-said", "---\n- id: sum-said", "---", "", "another document"),
    case("alias", "claims.yaml", "[alpha, beta]", "&both [alpha, beta]", "&both", "", "anchors and aliases"),
    case("python tag", "claims.yaml", "kind: event", "kind: !!python/object/apply:os.system [id]", "!!python", "",
         "tag:yaml.org,2002:python/object/apply:os.system"),
    case("own tag", "claims.yaml", "kind: event", "kind: !env HOME", "!env", "", "the tag !env"),
    case("key that is a list", "claims.yaml", "  kind: event", "  ? [a]\n  : b\n  kind: event", "[a]", "",
         "a key must be a word"),
    case("control character after accents", "claims.yaml", "Beta paid", "Beta \x01 paid", "\x01", "", "control"),
    case("id in capitals", "glossary.yaml", "id: memorandum", "id: Memorandum", "Memorandum\n  kind", "id",
         "lower-case words joined by hyphens"),
    case("address without https", "sources.yaml", "https://example.org", "http://example.org", "http:", "url",
         "https://"),
    case("publisher in one language", "sources.yaml", "publisher: The Daily", "publisher: {en: The Daily}",
         "publisher: {en", "publisher.fr", "French text is missing"),
    case("publisher that is a list", "sources.yaml", "publisher: The Daily", "publisher: [a]", "publisher: [a]",
         "publisher", "text"),
    case("link to what nobody read", "sources.yaml", "  access: none", "  access: none\n  url: https://example.org/",
         "https://example.org/\n", "url", "nobody read"),
    case("confirmed on one copy", "claims.yaml", "- value: reported\n      since: 2025-09",
         "- value: confirmed\n      since: 2025-09", "value: confirmed\n      since: 2025-09", "status[1].value",
         "sources that were not read"),
    case("confirmed on a source not read", "claims.yaml", "- source: daily\n      locator: U1", "- source: original",
         "value: confirmed", "status[1].value", "sources that were not read"),
    case("nothing supports it", "claims.yaml", "- source: filing", "- source: filing\n      stance: contradicts",
         "evidence:\n    - source: filing", "evidence", "nothing supports the claim"),
    case("superseded by nothing", "claims.yaml", "      by: sum-filed\n", "", "- value: superseded", "status[2]",
         "superseded names nothing", "`by:`"),
    case("superseded by itself", "claims.yaml", "by: sum-filed", "by: sum-said", "by: sum-said", "status[2].by",
         "names the claim itself"),
    case("status that runs backwards", "claims.yaml", "since: 2025-10-01", "since: 2025-06-01", "2025-06-01",
         "status[2].since", "does not follow"),
    case("rank without a reason", "claims.yaml", "      reason: {en: The filing itself., fr: Le document même.}\n", "",
         "- value: preferred", "rank[2].reason", "is missing"),
    case("rank that runs backwards", "claims.yaml", "preferred\n      since: 2025-10-01",
         "preferred\n      since: 2025-08-01", "2025-08-01", "rank[2].since", "does not follow the rank before it"),
    case("preferred when it had been overtaken", "claims.yaml", "      by: sum-filed\n",
         "      by: sum-filed\n  rank:\n    - value: preferred\n      since: 2025-11-01\n"
         "      reason: {en: a, fr: b}\n",
         "- value: preferred\n      since: 2025-11-01", "rank[1]", "its status deprecated it"),
    case("position on what was overtaken", "positions.yaml", "claim: talks", "claim: sum-said", "until: 2025-10-28",
         "until", "superseded on 2025-10-01", "by that day"),
    case("relation to itself", "claims.yaml", "claim: sum-said", "claim: sum-filed", "{kind: corrects",
         "relations[1].claim", "names the claim itself"),
    case("direction on a blank impact", "impacts.yaml", CELL, CELL.replace("reasoned", "nothing").replace("talks", ""),
         "firmness: nothing", "firmness", "nothing is on file"),
    case("claims on a blank impact", "impacts.yaml", CELL, BLANK_CELL, "claims: [talks]", "claims",
         "nothing on file"),
    case("impact that no claim carries", "impacts.yaml", "  claims: [talks]\n", "", "- id: accord-market", "claims",
         "no claim carries this cell"),
    case("cell twice", "impacts.yaml", "- id: accord-market",
         "- {id: again, scenario: accord, area: market, direction: mixed, strength: weak, horizon: years, "
         "firmness: reasoned, bearer: {en: a, fr: b}, reasoning: {en: a, fr: b}, claims: [talks]}\n- id: accord-market",
         "area: market\n", "area", "accord × market stands twice"),
    case("position on another issue", "positions.yaml", "claim: talks", "claim: tolks", "tolks", "claim", "'talks'"),
    case("position that ends first", "positions.yaml", "until: 2025-10-28", "until: 2025-06-01", "2025-06-01", "until",
         "not after"),
    case("signpost seen on no day", "scenarios.yaml", "      seen_on: 2025-06-17\n", "", "- id: memorandum",
         "signposts[1]", "seen"),
    case("rating without a reason", "consistency.yaml",
         "      reason: {en: Talks come first., fr: On parle d’abord.}\n", "", "- scenario: accord",
         "ratings[1].reason", "is missing"),
    case("rating that is no word of its own", "consistency.yaml", "value: consistent", "value: yes", "value: yes",
         "ratings[1].value", "'yes' is not one of its words", "not-applicable"),
    case("scenario rated twice", "consistency.yaml", "  ratings:\n",
         "  ratings:\n    - {scenario: accord, value: neutral, reason: {en: a, fr: b}}\n", "scenario: accord\n",
         "ratings[2].scenario", "'accord' stands twice"),
    case("claim rated twice", "consistency.yaml", "- id: talks-rated",
         "- {id: again, claim: talks, ratings: [{scenario: accord, value: neutral, reason: {en: a, fr: b}}]}\n"
         "- id: talks-rated", "  claim: talks\n", "claim", "rated in 'again' too"),
    case("influence out of range", "influences.yaml", "value: 2", "value: 4", "value: 4", "value",
         "'4' is no influence", "from -3 to 3"),
    case("influence that is nothing", "influences.yaml", "value: 2", "value: 0", "value: 0", "value",
         "'0' is no influence"),
    case("influence on itself", "influences.yaml", "effect: {descriptor: rules, outcome: strict}",
         "effect: {descriptor: market, outcome: down}", "effect: {descriptor: market, outcome: down}",
         "effect.descriptor", "'market' would bear on itself"),
    case("influence on no outcome", "influences.yaml", "outcome: strict", "outcome: stern", "stern", "effect.outcome",
         "'rules' has no outcome 'stern'", "strict, lax"),
    case("influence of no descriptor", "influences.yaml", "{descriptor: market", "{descriptor: markets", "markets",
         "cause.descriptor", "no 'markets' in descriptors"),
    case("influence judged twice", "influences.yaml", "- id: up-tightens",
         "- id: again\n  cause: {descriptor: market, outcome: up}\n  effect: {descriptor: rules, outcome: strict}\n"
         "  value: 1\n  reason: {en: a, fr: b}\n  basis: editor\n- id: up-tightens",
         "effect: {descriptor: rules, outcome: strict}\n  value: 2", "effect", "is judged twice"),
    case("influence that rests on nothing", "influences.yaml", "  claims: [talks]\n", "", "- id: up-tightens", "claims",
         "`basis: editor`"),
    case("influence that rests on two things", "influences.yaml", "  claims: [talks]\n",
         "  claims: [talks]\n  basis: editor\n", "claims: [talks]", "claims", "`basis: editor`"),
    case("descriptor with one outcome", "descriptors.yaml",
         "    - id: down\n      name: {en: prices fall, fr: les prix baissent}\n", "", "outcomes:", "outcomes",
         "at least 2"),
    case("outcome twice", "descriptors.yaml", "- id: down", "- id: up", "- id: up\n      name: {en: prices fall",
         "outcomes[2].id", "'up' stands twice"),
    case("formula with a number", "exposure.yaml", "said / filed", "said / 2", "formula: said / 2", "formula",
         "'2' is not allowed"),
    case("formula that is none", "exposure.yaml", "said / filed", "said / / filed", "said / / filed", "formula",
         "is no formula"),
    case("formula that calls", "exposure.yaml", "said / filed", "open(said, filed)", "open(said", "formula",
         "is not allowed"),
    case("formula without one of its inputs", "exposure.yaml", "said / filed", "said", "formula: said", "formula",
         "uses said, expected its inputs once each: said, filed"),
    case("unit that the formula does not give", "exposure.yaml", "unit: percent", "unit: currency", "unit: currency",
         "unit", "is not a currency"),
    case("units that do not agree", "exposure.yaml", "said / filed", "said + said / filed", "said + said", "formula",
         "unlike units"),
    case("reading of no figure", "exposure.yaml", "[filed, said]", "[filed, sad, said]", "sad, said",
         "inputs[1].readings[2]", "no reading 'sad'"),
    case("reading offered twice", "exposure.yaml", "[filed, said]", "[filed, said, filed]", "filed, said, filed",
         "inputs[1].readings[3]", "stands twice"),
    case("literal without wording", "exposure.yaml", "literal: said", "literal: filed", "literal: filed",
         "inputs[1].literal", "cannot be the literal one"),
    case("input in capitals", "exposure.yaml", "name: said", "name: Said", "name: Said", "inputs[1].name",
         "joined by underscores"),
    case("calculation without a formula", "exposure.yaml", "  formula: said / filed\n", "", "- id: part-said", "id",
         "`not_computable:` alone"),
    case("calculation that cannot and can", "exposure.yaml", "  not_computable:", "  unit: percent\n  not_computable:",
         "- id: profit", "id", "`not_computable:` alone"),
    case("entry that is a word", "glossary.yaml", "- id: memorandum", "- hello\n- id: memorandum", "hello", "",
         "is not an entry"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "at", "field", "says"), ONE_FAULT)
def test_each_fault_is_one_line_that_names_its_place(
    small: Path, file: str, old: str, new: str, at: str, field: str, says: tuple[str, ...]
) -> None:
    """A fault is one line `file:line: field: what is wrong, what is expected`, with the line where it stands."""
    line = line_of(change(small, file, old, new), at)
    found = faults_of(small)
    listed = "\n".join(found)
    assert len(found) == 1, f"one fault is one line, and nothing that only follows from it; found:\n{listed}"
    place = f"dossier/{file}:{line}: " + (f"{field}: " if field else "")
    assert found[0].startswith(place), f"expected {place!r}, found {found[0]!r}"
    for words in says:
        assert words in found[0], f"the line should say {words!r}: {found[0]}"
    assert "\n" not in found[0]
    assert "expected" in found[0] or "did you mean" in found[0], (
        f"a fault also says what is expected, so that the reader can mend it: {found[0]}"
    )


def test_a_cell_left_out_of_the_matrix_is_a_fault(small: Path) -> None:
    """Each scenario meets each area: a new area asks for an impact, on the scenario's line."""
    change(
        small, "areas.yaml", "- id: market", "- {id: law, name: {en: L, fr: D}, question: {en: a, fr: b}}\n- id: market"
    )
    (line,) = faults_of(small)
    assert line == "dossier/scenarios.yaml:1: id: accord × law has no impact, expected one, blank or not"


def test_a_scenario_left_out_of_the_ratings_is_a_fault(small: Path) -> None:
    """Each rated claim is rated against every scenario: a new one asks for a rating, on the entry's line."""
    scenario = SMALL["scenarios.yaml"].replace("id: accord", "id: discord")
    (small / "scenarios.yaml").write_text(SMALL["scenarios.yaml"] + scenario, "utf-8")
    change(small, "impacts.yaml", "- id", CELL.replace("accord", "discord") + "- id")
    change(small, "developments.yaml", "status: open}", "status: open}\n    - {scenario: discord, status: open}")
    (line,) = faults_of(small)
    assert line == ("dossier/consistency.yaml:3: ratings: 'discord' is not rated, expected a value and a reason for it")


@pytest.mark.parametrize("taken", ["evidence", "cross-impact", "exposure"])
def test_no_scenario_takes_the_address_of_another_page(small: Path, taken: str) -> None:
    """What stands below the panel's address is not free for a scenario's id."""
    for file in ("scenarios.yaml", "impacts.yaml", "developments.yaml", "consistency.yaml"):
        path = small / file
        path.write_text(re.sub(r"(id|scenario): accord\b(?!-)", rf"\1: {taken}", path.read_text("utf-8")), "utf-8")
    (line,) = faults_of(small)
    assert line == f"dossier/scenarios.yaml:1: id: '{taken}' is the address of another page, expected another id"


def test_readings_of_another_measure_are_not_offered_for_one_input(small: Path) -> None:
    """Two readings that measure different things are no alternatives, unless one is there as the literal number."""
    owed = "- id: owed\n  name: {en: Owed, fr: Dû}\n  definition: {en: To be paid., fr: À verser.}\n"
    (small / "measures.yaml").write_text(SMALL["measures.yaml"] + owed, "utf-8")
    change(small, "figures.yaml", "measure: paid", "measure: owed")
    assert faults_of(small) == []
    change(small, "exposure.yaml", "      literal: said\n", "")
    (line,) = faults_of(small)
    assert "inputs[1].readings[2]: 'said' measures something else than 'filed'" in line


def test_an_id_taken_in_another_file_is_a_fault_that_names_both(small: Path) -> None:
    """The second entry with an id is refused, and the line says where the first is."""
    (small / "claims").mkdir()
    talks = SMALL["claims.yaml"].split("- id: sum-said")[0]
    (small / "claims" / "again.yaml").write_text("# Again\n\n" + talks, "utf-8")
    (line,) = faults_of(small)
    where = {"dossier/claims.yaml:1", "dossier/claims/again.yaml:3"}
    assert {each for each in where if each in line} == where, f"expected both places in {line!r}"
    assert "'talks' is taken" in line


def test_a_binary_file_is_one_fault(small: Path) -> None:
    """A file that is no text is named with the line of its first bad byte, and nothing else is said of it."""
    (small / "claims.yaml").write_bytes(b"- id: a\n  text: \xff\xfe\x00\x80\n")
    (line,) = faults_of(small)
    assert line.startswith("dossier/claims.yaml:2: byte 16 is not UTF-8"), line


def test_a_file_of_no_kind_is_a_fault(small: Path) -> None:
    """A file that would be ignored is refused instead, and the kinds there are are named."""
    (small / "notes.txt").write_text("x", "utf-8")
    (small / "clams").mkdir()
    (small / "clams" / "one.yaml").write_text("[]", "utf-8")
    first, second = faults_of(small)
    assert first.startswith("dossier/clams/one.yaml:1: is no file of a dossier, expected"), first
    assert second.startswith("dossier/notes.txt:1: is no file of a dossier, expected"), second
    assert "claims" in second


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    """No folder, or a file in its place, is said to be so."""
    for path in (tmp_path / "nowhere", tmp_path / "file"):
        (tmp_path / "file").write_text("x", "utf-8")
        (line,) = faults_of(path)
        assert "is not a folder, expected a dossier folder" in line


def test_an_empty_folder_asks_for_what_a_dossier_needs(tmp_path: Path) -> None:
    """A folder without entries is told what is missing."""
    found = faults_of(tmp_path)
    for file, words in (
        ("edition", "expected exactly one in edition.yaml"),
        ("issues", "no issues"),
        ("claims", "no claims"),
        ("sources", "no sources"),
    ):
        start = f"{tmp_path.name}/{file}.yaml:1: "
        assert any(line.startswith(start) and words in line for line in found), f"no {start!r} {words!r} in {found}"


def test_a_file_that_holds_no_list_is_a_fault(small: Path) -> None:
    """A file is a list of entries; one entry alone, or a word, is not."""
    for text in ("id: talks\n", "hello\n"):
        (small / "claims.yaml").write_text(text, "utf-8")
        (line,) = faults_of(small)
        assert line.startswith("dossier/claims.yaml:1: holds no list, expected a list of entries"), line


BOMB = "- &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"- &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20)
)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param(BOMB, 1, "anchors and aliases", id="alias bomb"),
        pytest.param("- id: a\n- " + "[" * 100_000, 2, "nested too deeply", id="deep list"),
        pytest.param("- id: a\n- " + "{a: " * 100_000, 2, "nested too deeply", id="deep mapping"),
        pytest.param("# " + "x" * MAX_BYTES, 1, "expected at most", id="huge file"),
        pytest.param("- id: a\n  b: 'no end\n", 3, "YAML syntax", id="open quote"),
    ],
)
def test_a_hostile_file_costs_nothing(small: Path, text: str, line: int, words: str) -> None:
    """A file made to explode is refused at once, on one line."""
    (small / "claims.yaml").write_text(text, "utf-8")
    (found,) = faults_of(small)
    assert found.startswith(f"dossier/claims.yaml:{line}: "), found
    assert words in found


# Several faults


def test_all_faults_are_said_together(tmp_path: Path) -> None:
    """Faults of different kinds in different files of the shipped dossier are all reported at once, in order."""
    dossier = tmp_path / "dossier"
    shutil.copytree(PROJECT / "dossier", dossier)
    (dossier / "claims" / "zz-new.yaml").write_text(
        SMALL["claims.yaml"]
        .replace("[control]", "[ownership]")
        .replace("[alpha, beta]", "[openai, micrsoft]")
        .replace("[beta]", "[microsoft]")
        .replace("drivers: [dependence]", "drivers: [azure-dependence]")
        .replace("source: daily\n      locator: U1", "source: article-fr\n      locator: U99")
        .replace("source: daily", "source: article-fr")
        .replace("source: filing", "source: microsoft-10-k-2024\n      locator: item-1")
        .replace("happened: 2024", "happened: 2025-02-30"),
        "utf-8",
    )
    (dossier / "measures" / "zz.yaml").parent.mkdir(exist_ok=True)
    (dossier / "measures" / "zz.yaml").write_text("- id: zz\n  name: {en: a}\n", "utf-8")
    (dossier / "scenarios").mkdir(exist_ok=True)
    (dossier / "scenarios" / "broken.yaml").write_text("- id: [\n", "utf-8")
    (dossier / "photo.png").write_bytes(b"\x89PNG")
    found = faults_of(dossier)
    starts = [
        "dossier/claims/zz-new.yaml:7: parties[2]: there is no 'micrsoft' in parties, did you mean 'microsoft'?",
        "dossier/claims/zz-new.yaml:14: evidence[1].locator: 'article-fr' has no locator 'U99'",
        "dossier/claims/zz-new.yaml:28: happened: '2025-02-30' cannot be a date",
        "dossier/measures/zz.yaml:1: definition: is missing",
        "dossier/measures/zz.yaml:2: name.fr: the French text is missing",
        "dossier/photo.png:1: is no file of a dossier",
        "dossier/scenarios/broken.yaml:2: YAML syntax",
    ]
    assert len(found) == len(starts), "\n".join(found)
    for line, start in zip(found, starts, strict=True):
        assert line.startswith(start), f"expected {start!r}, found {line!r}"


@pytest.mark.parametrize(
    ("file", "old"),
    [
        pytest.param("parties.yaml", "kind: company", id="a party"),
        pytest.param("issues.yaml", "parties:", id="an issue"),
        pytest.param("sources.yaml", "kind: press", id="a source that a confirmed claim rests on"),
        pytest.param("claims.yaml", "kind: event", id="a claim that everything cites"),
        pytest.param("measures.yaml", "name:", id="a measure"),
        pytest.param("conditions.yaml", "name:", id="a condition"),
        pytest.param("scenarios.yaml", "start:", id="a scenario"),
        pytest.param("areas.yaml", "name:", id="an area"),
        pytest.param("drivers.yaml", "name:", id="a driver"),
        pytest.param("edition.yaml", "compiled:", id="the edition"),
        pytest.param("parties.yaml", "id:", id="the id itself"),
    ],
)
def test_a_fault_in_one_entry_is_not_blamed_on_those_that_refer_to_it(small: Path, file: str, old: str) -> None:
    """An entry that cannot be read is still known to its references: only its own fault is said."""
    change(small, file, old, f"wrong-{old}")
    found = faults_of(small)
    assert found, "the spoilt entry should be a fault"
    key = old.rstrip(":").split(":")[0]
    others = [line for line in found if f": wrong-{key}: " not in line and f": {key}: is missing" not in line]
    assert not others, f"these only follow from the fault in {file}: {others}"


def test_a_file_that_is_no_yaml_hides_no_other_fault(small: Path) -> None:
    """Where a whole file cannot be read, references into it are not blamed, and other faults are still said."""
    (small / "sources.yaml").write_text("- id: [\n", "utf-8")
    change(small, "claims.yaml", "kind: event", "kind: evnt")
    first, second = faults_of(small)
    assert first.startswith("dossier/claims.yaml:5: kind: 'evnt'"), first
    assert second.startswith("dossier/sources.yaml:2: YAML syntax"), second


# Whatever a file holds

FAULT_LINE = re.compile(r"(?:dossier/)?[\w./-]+:(\d+): .+", re.DOTALL)

PIECES = st.sampled_from(
    [
        *(
            "- ",
            "\n",
            "  ",
            "\n  ",
            "[",
            "]",
            "{",
            "}",
            ": ",
            ",",
            "'",
            '"',
            "&a ",
            "*a",
            "!!",
            "|",
            ">",
            "#",
            "? ",
            "<<: ",
        ),
        *(
            "---",
            "...",
            "%YAML 1.1\n",
            "\t",
            "é",
            "\u2028",
            "\ufeff",
            "\x00",
            "\x85",
            "\U0001f600",
            "null",
            "~",
            "1e400",
        ),
        *("\n- id: x", "id: ", "talks", "2025-02-30", "text:\n    en: a\n    fr: b", "status:", "evidence:"),
        *("- value: confirmed", "kind: event", "parties: [alpha]"),
    ]
)


def hold_for_any_content(file: str, content: bytes) -> None:
    with TemporaryDirectory() as name:
        dossier = write_small(Path(name))
        (dossier / file).write_bytes(content)
        lines = faults_of(dossier)  # Anything else than FaultyDossier fails the test.
    last = len(re.findall(rb"\r\n|\r|\n|\xc2\x85|\xe2\x80[\xa8\xa9]", content)) + 1
    for line in lines:
        match = FAULT_LINE.fullmatch(line)
        assert match, f"a fault begins with its file and line: {line!r}"
        if line.startswith(f"dossier/{file}:"):
            assert 1 <= int(match[1]) <= last, f"{file} has {last} lines: {line!r}"


@settings(deterministic, max_examples=80)
@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing_but_faults(content: bytes) -> None:
    """Whatever bytes a file holds, the answer is a list of faults with lines that the file has."""
    hold_for_any_content("claims.yaml", content)


@settings(deterministic, max_examples=150)
@given(st.sampled_from(sorted(SMALL)), st.lists(PIECES, max_size=25))
def test_random_yaml_raises_nothing_but_faults(file: str, pieces: list[str]) -> None:
    """Whatever is made of the signs of YAML and the words of a dossier, the answer is a list of faults."""
    hold_for_any_content(file, "".join(pieces).encode())


@settings(deterministic, max_examples=150)
@given(st.sampled_from(sorted(SMALL)), st.floats(0, 1), st.integers(0, 12), st.lists(PIECES, max_size=3))
def test_a_file_spoilt_anywhere_raises_nothing_but_faults(
    file: str, where: float, length: int, pieces: list[str]
) -> None:
    """A slip of the hand at any place of any file gives faults or none, and never anything else."""
    text = SMALL[file]
    start = int(where * len(text))
    hold_for_any_content(file, (text[:start] + "".join(pieces) + text[start + length :]).encode())


# The shipped dossier


def test_all_units_of_the_article_are_cited(dossier: Dossier) -> None:
    """The claims cite each of the article's units U1 … U21, and no other place of it."""
    cited = {each.locator for claim in dossier.claims for each in claim.evidence if each.source == "article-fr"}
    assert cited == {f"U{n}" for n in range(1, 22)}
    article = next(source for source in dossier.sources if source.id == "article-fr")
    assert [each.id for each in article.locators] == [f"U{n}" for n in range(1, 22)], "its units are told in order"


def verbatim(dossier: Dossier) -> Iterator[tuple[str, str]]:
    for claim in dossier.claims:
        for each in claim.evidence:
            if each.wording:
                yield f"claim {claim.id}", each.wording.text
    for figure in dossier.figures:
        for reading in figure.readings:
            if reading.literal:
                yield f"figure {figure.id}, reading {reading.id}", reading.literal.text
    for where, text in all_texts(dossier):
        for language in (text.en, text.fr):
            for quoted in re.findall(r"«[^»]*»|“[^”]*”|\"[^\"]*\"", language):
                yield where, quoted


def test_no_verbatim_text_is_longer_than_eight_words(dossier: Dossier) -> None:
    """Wordings, literals and quotations hold at most eight words of somebody else's text."""
    for where, text in verbatim(dossier):
        ideographs = len(re.findall(r"[\u3400-\u9fff]", text))
        words = [word for word in text.split() if any(sign.isalnum() for sign in word)]
        assert len(words) <= 8, f"{where}: {len(words)} words in a row: {text!r}"
        assert ideographs <= 16, f"{where}: {ideographs} ideographs in a row: {text!r}"


def test_wordings_name_their_language(dossier: Dossier) -> None:
    """A wording has a language, and the article's is French."""
    for claim in dossier.claims:
        for each in claim.evidence:
            if isinstance(each.wording, Wording) and each.source == "article-fr":
                assert each.wording.language == "fr", f"claim {claim.id}: {each.wording}"


def test_nothing_unread_is_linked(dossier: Dossier) -> None:
    """A source that nobody read has no link, and what is only passed on is never the evidence itself."""
    for source in dossier.sources:
        if source.access is Access.NONE:
            assert source.url is None, f"{source.id} was not read: name its publisher instead of linking it"


def test_every_text_is_there_in_both_languages(dossier: Dossier) -> None:
    """Each text says something in English and in French, and a long one is not the same in both."""
    count = 0
    for where, text in all_texts(dossier):
        count += 1
        for language in (text.en, text.fr):
            assert language == language.strip(), f"{where}: space at an end of {language!r}"
            assert "  " not in language, f"{where}: two spaces in a row in {language!r}"
            assert not re.search(r"TODO|XXX|FIXME|lorem ipsum", language), f"{where}: unfinished: {language!r}"
        if len(text.en) > 40:
            assert text.en != text.fr, f"{where}: the same in both languages: {text.en!r}"
    assert count > len(dossier.claims), "the walk over the texts stopped short"


def test_french_is_set_as_french(dossier: Dossier) -> None:
    """No plain space stands before : ; ? ! » % or after «, where a line could break."""
    wrong = []
    for where, text in all_texts(dossier):
        wrong += [
            f"{where}: {text.fr[max(0, each.start() - 15) : each.end() + 15]!r}"
            for each in re.finditer(r" [:;?!»%]|« ", text.fr)
        ]
    assert not wrong, f"use a non-breaking space (U+00A0 or U+202F) at {len(wrong)} places: {wrong[:5]}"


def test_no_entry_is_dated_in_the_future_of_the_dossier(dossier: Dossier) -> None:
    """What is said to have happened or been published is not later than the day the record was searched."""
    last = IncompleteDate.parse(dossier.edition.compiled).last
    for development in dossier.developments:
        first = IncompleteDate.parse(development.date).first
        assert first <= last, f"development {development.id}: {development.date} is after {dossier.edition.compiled}"
    for source in dossier.sources:
        first = IncompleteDate.parse(source.published).first
        assert first <= last, f"source {source.id}: {source.published} is after {dossier.edition.compiled}"


def test_figures_are_whole_numbers_of_their_unit(dossier: Dossier) -> None:
    """Amounts are entered in full, never in millions, and percentages are of a hundred."""
    for figure in dossier.figures:
        for reading in figure.readings:
            where = f"figure {figure.id}, reading {reading.id}"
            if figure.unit == "currency":
                assert abs(reading.value) >= 1000, f"{where}: {reading.value} looks like millions or billions"
            if figure.unit == "percent":
                assert Decimal(-100) <= reading.value <= Decimal(100_000), f"{where}: {reading.value} %"
