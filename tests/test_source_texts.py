"""The texts of sources: parsed, held against the dossier, shown where they match, and nowhere else."""

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from starlette.testclient import TestClient

from app.dossier.faults import FaultyDossier
from app.dossier.loading import load_dossier
from app.dossier.schema import Dossier
from app.dossier.texts import check_texts
from app.main import create_app
from app.publish.building import publish
from app.releases.store import ReleaseFolder
from app.settings import Settings
from app.source_texts import SourceTexts, Span, mark_wordings, parse_text
from tests.conftest import TODAY
from tests.page import Page
from tests.test_command_line import DONE, ENVIRONMENT_AT_FAULT, INPUT_AT_FAULT, run
from tests.test_dossier import change, deterministic, faults_of, write_small

HELD = os.environ.get("FAULTLINES_TEST_TEXTS")
"""A folder with the founding article's own text, which is not part of the project."""

OPENING = 'The opening, *wholly* <script>alert("U1")</script> & more than 1.3 billion <b>reasons</b>.'
SUM = "Beta paid “more than 1.3 billion” dollars; more than 1.3 billion, l'acte « dit »."
TEXT = f"""\
# The report as received

Units are numbered 1 to 2; this is a remark
and not a unit.

H1 A heading
U1 {OPENING}
H2 Another
U2 {SUM}
"""


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The small dossier, with the digests of its source's two passages."""
    dossier = write_small(tmp_path)
    for locator, fr, text in (("U1", "L’ouverture.}", OPENING), ("U2", "La somme.}", SUM)):
        change(dossier, "sources.yaml", fr, f"{fr}\n      sha256: {digest(text)} # {locator}")
    return dossier


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """A folder that holds the source's text, as an operator would mount it."""
    folder = tmp_path / "held"
    folder.mkdir()
    write_text(folder, TEXT)
    return folder


_versions = iter(range(1_700_000_000, 1_800_000_000))


def write_text(folder: Path, text: str, name: str = "daily.md") -> None:
    """Write a text, a second later than the last: two writes within one tick of the disk's clock look the same."""
    path = folder / name
    path.write_text(text, "utf-8")
    moment = next(_versions)
    os.utime(path, (moment, moment))


def text_faults(dossier: Dossier, folder: Path) -> list[str]:
    try:
        check_texts(dossier, folder)
    except FaultyDossier as faulty:
        return [str(fault) for fault in faulty.faults]
    return []


# Parsing


def test_units_are_the_lines_that_begin_with_a_locator() -> None:
    """Remarks and headings are no units; a unit has the rest of its line, stripped, and its digest."""
    units = parse_text(TEXT.encode()).units
    assert [(unit.id, unit.line, unit.text) for unit in units] == [("U1", 7, OPENING), ("U2", 9, SUM)]
    assert [unit.sha256 for unit in units] == [digest(OPENING), digest(SUM)]


@pytest.mark.parametrize(
    ("line", "units"),
    [
        ("U1 one", [("U1", "one")]),
        ("  U1 one \t\r", [("U1", "one")]),
        ("\ufeffU1 one", [("U1", "one")]),
        ("U1  two spaces", [("U1", " two spaces")]),
        ("note-17 one", [("note-17", "one")]),
        ("0501 one", [("0501", "one")]),
        ("H1a one", [("H1a", "one")]),
        ("U1 one\u2028U2 two", [("U1", "one\u2028U2 two")]),
        *((line, []) for line in ("", "U1", "U1 ", "U1\tone", "Units are", "H1 one", "H12 one", "*U1* one", "1,3 one")),
    ],
)  # fmt: skip
def test_what_is_a_unit(line: str, units: list[tuple[str, str]]) -> None:
    """A locator with a digit and one space begin a unit, at the start of a line of the file and nowhere else."""
    assert [(unit.id, unit.text) for unit in parse_text(line.encode()).units] == units


def test_bytes_that_are_not_text_match_nothing() -> None:
    """A damaged unit is read with a sign that no digest has, and leaves the others whole."""
    found = parse_text("U1 déjà\nU2 vu".encode("latin-1"))
    assert found.text_of("U1", digest("déjà")) is None
    assert found.text_of("U2", digest("vu")) == "vu"
    assert found.text_of("U2", None) is None
    assert found.text_of("U3", digest("vu")) is None


def test_words_are_marked_wherever_they_stand() -> None:
    """Every occurrence is marked; those that overlap become one; what is not there marks nothing."""
    assert mark_wordings("ab ab c", ["ab"]) == (Span("ab", True), Span(" ", False), Span("ab", True), Span(" c", False))
    assert mark_wordings("abcd", ["ab", "bc", "zz", ""]) == (Span("abc", True), Span("d", False))
    assert mark_wordings("abc", []) == (Span("abc", False),)
    assert mark_wordings("", ["a"]) == ()


@deterministic
@given(st.text("ab<& ", max_size=20), st.lists(st.text("ab<& ", max_size=4), max_size=4))
def test_marking_changes_no_text(text: str, wordings: Sequence[str]) -> None:
    """The stretches together are the text; marked and unmarked take turns; all of a wording is marked."""
    spans = mark_wordings(text, wordings)
    assert "".join(span.text for span in spans) == text
    assert all(one.marked != other.marked for one, other in pairwise(spans))
    marked = [span.text for span in spans if span.marked]
    assert all(any(wording in each for each in marked) for wording in wordings if wording and wording in text)


def test_a_file_is_read_again_when_it_has_changed(held: Path) -> None:
    """The same text is the same object until its file changes; none without a file, a folder or a setting."""
    texts = SourceTexts(held)
    first = texts.read("daily")
    assert first is not None
    assert texts.read("daily") is first
    write_text(held, TEXT.replace("Beta", "beta"))
    second = texts.read("daily")
    assert second is not None
    assert second.digest != first.digest
    (held / "daily.md").unlink()
    assert texts.read("daily") is None
    (held / "daily.md").mkdir()
    amiss = texts.read("daily")
    assert amiss is not None
    assert amiss.units == ()
    assert SourceTexts(held / "nowhere").read("daily") is None
    assert SourceTexts(None).read("daily") is None


# The check


def test_a_dossier_agrees_with_the_text(small: Path, held: Path) -> None:
    """The check says how much it compared; without a folder it compares nothing, as before."""
    done = run("check", small, "--texts", held)
    assert (done.returncode, done.stderr) == (DONE, "")
    assert done.stdout == "No faults: 3 claims, 3 sources, 2 units of text.\n"
    assert run("check", small, source_texts=str(held)).stdout == done.stdout
    assert run("check", small, source_texts="").stdout == "No faults: 3 claims, 3 sources.\n"


def test_one_changed_character_fails_the_check(small: Path, held: Path) -> None:
    """A text that is no longer the one on record is a fault with its file, line and unit, and exit code 1."""
    write_text(held, TEXT.replace("Beta paid", "Beta said"))
    done = run("check", small, "--texts", held)
    assert (done.returncode, done.stdout) == (INPUT_AT_FAULT, "")
    first, last = done.stderr.splitlines()
    changed = digest(SUM.replace("Beta paid", "Beta said"))
    said = f"its text is not the one on record, its sha256 is {changed}, expected {digest(SUM)}"
    assert first == f"held/daily.md:9: U2: {said}"
    assert last.startswith("1 fault;")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (f"U1 {OPENING}\n", "", ["daily.md:1: U1: is missing, expected a line that begins with 'U1 '"]),
        ("U2 ", "U3 ", ["daily.md:1: U2: is missing", "daily.md:9: U3: 'daily' declares no such unit"]),
        ("H2 Another", "U9 Another", ["daily.md:8: U9: 'daily' declares no such unit"]),
        (f"U2 {SUM}\n", f"U2 {SUM}\nU2 {SUM}\n", ["daily.md:10: U2: stands twice, expected it once"]),
        (f"U2 {SUM}", "U2 Nothing of it.", ["daily.md:9: U2: 'more than 1.3 billion', which claim sum-said records",
                                           "daily.md:9: U2: 'more than 1.3 billion', which reading said of figure",
                                           "daily.md:9: U2: its text is not the one on record"]),
        ("# The report", "# A report", []),
    ],
)  # fmt: skip
def test_each_fault_of_a_text_is_one_line(small: Path, held: Path, old: str, new: str, says: list[str]) -> None:
    """Missing, undeclared and repeated units and absent wordings are faults; remarks may change."""
    assert old in TEXT
    write_text(held, TEXT.replace(old, new))
    found = text_faults(load_dossier(small), held)
    assert len(found) == len(says), found
    for line, start in zip(found, says, strict=True):
        assert line.startswith(f"held/{start}"), line


def test_a_wording_that_the_text_does_not_have_is_a_fault(small: Path, held: Path) -> None:
    """The text may be right and the dossier wrong: a recorded wording must stand in its unit, letter by letter."""
    change(small, "claims.yaml", "text: more than 1.3 billion", "text: More than 1.3 billion")
    (line,) = text_faults(load_dossier(small), held)
    assert line.startswith(
        "held/daily.md:9: U2: 'More than 1.3 billion', which claim sum-said records, is not in its text"
    )
    change(small, "claims.yaml", "text: More than 1.3 billion", "text: more than 1.3 billion")
    change(small, "figures.yaml", "text: more than 1.3 billion", "text: at least 1.3 billion")
    (line,) = text_faults(load_dossier(small), held)
    assert "'at least 1.3 billion', which reading said of figure investment records" in line


def test_a_digest_that_is_not_recorded_is_told(tmp_path: Path, held: Path) -> None:
    """For a locator without a digest the check prints the one to record; a second run then agrees."""
    dossier = write_small(tmp_path)
    one, _two = text_faults(load_dossier(dossier), held)
    assert one == (
        f"held/daily.md:7: U1: the dossier records no digest of it, expected `sha256: {digest(OPENING)}` on its locator"
    )


def test_files_that_are_no_text_of_a_source(small: Path, held: Path) -> None:
    """A file named for no source would be passed over in silence, so it is a fault; so is a folder without any."""
    write_text(held, "", "daly.md")
    write_text(held, "U1 A text without locators.", "filing.md")
    write_text(held, "", ".hidden.md")
    write_text(held, "", "notes.txt")
    assert text_faults(load_dossier(small), held) == [
        "held/daly.md:1: there is no 'daly' in sources, did you mean daily.md?",
        "held/filing.md:1: U1: 'filing' declares no such unit, expected one of: none",
    ]
    for path in held.iterdir():
        path.unlink()
    (line,) = text_faults(load_dossier(small), held)
    assert "holds no text, expected files such as article-fr.md" in line


def test_a_folder_that_is_not_there(small: Path, tmp_path: Path) -> None:
    """Neither check nor serve goes on without the folder that it was told of: the environment is at fault."""
    nowhere = tmp_path / "nowhere"
    for done in (run("check", small, "--texts", nowhere), run("serve", source_texts=str(nowhere))):
        assert done.returncode == ENVIRONMENT_AT_FAULT
        (line,) = done.stderr.splitlines()
        assert line == f"error: {nowhere} is not a folder, expected one with texts such as article-fr.md"


@pytest.mark.parametrize("typed", ["abc", digest("").upper(), digest("") + "0", "U" * 64])
def test_a_digest_has_its_form(small: Path, typed: str) -> None:
    """A digest is 64 hexadecimal digits in lower case."""
    change(small, "sources.yaml", digest(OPENING), typed)
    (line,) = faults_of(small)
    assert "sources[" not in line
    assert "locators[1].sha256: " in line
    assert "expected 64 hexadecimal digits in lower case" in line


def test_the_setting() -> None:
    """Unset or empty there is no folder; anything else is one."""
    assert Settings().source_texts is None
    assert Settings(source_texts="").source_texts is None  # type: ignore[arg-type]
    assert Settings(source_texts="held").source_texts == Path("held")  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        Settings(source_texts=7)  # type: ignore[arg-type]


def test_the_articles_passages_have_digests(dossier: Dossier) -> None:
    """Each of the founding article's 21 units is known by the digest of its text."""
    (article,) = (source for source in dossier.sources if source.id == "article-fr")
    assert [locator.id for locator in article.locators] == [f"U{n}" for n in range(1, 22)]
    assert len({locator.sha256 for locator in article.locators} - {None}) == 21


# The page


@contextmanager
def site(dossier: Path, releases: Path, texts: Path | None) -> Iterator[TestClient]:
    publish(load_dossier(dossier), ReleaseFolder(releases))
    app = create_app(Settings(releases=releases, source_texts=texts), clock=lambda: TODAY)
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture
def mounted(small: Path, held: Path, tmp_path: Path) -> Iterator[TestClient]:
    with site(small, tmp_path / "releases", held) as client:
        yield client


def texts_of(page: Page) -> dict[str, str | None]:
    """The text shown for each passage of a source's page, ``None`` where none is."""
    passages = [each for each in page.all("li") if each.get("data-locator")]
    return {
        each.get("data-locator") or "": next((page.words(quote) for quote in each.iter("blockquote")), None)
        for each in passages
    }


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_passage_stands_beside_its_claims(mounted: TestClient, language: str) -> None:
    """A passage's text is there letter by letter, in the source's language, with the recorded words marked."""
    page = Page.fetch(mounted, f"/{language}/sources/daily", 200, {})
    assert texts_of(page) == {"U1": OPENING, "U2": SUM}
    assert {quote.get("lang") for quote in page.all("blockquote")} == {"en"}
    in_second = [page.words(mark) for mark in page.by_id("locator-U2").iter("mark")]
    assert in_second == ["more than 1.3 billion"] * 2
    assert not list(page.by_id("locator-U1").iter("mark")), "nobody records words of the first passage"
    assert "sum-said" in (next(page.by_id("locator-U2").iter("a")).get("href") or "")
    assert {"en": "in our words. Its own text", "fr": "propres termes. Suit son texte"}[language] in page.main
    assert "so none is shown" not in page.main
    assert "rien n’est donc affiché" not in page.main


def test_a_script_in_a_text_is_text(mounted: TestClient) -> None:
    """Whatever a text holds is shown as it stands and never taken for markup."""
    page = Page.fetch(mounted, "/en/sources/daily", 200, {})
    assert "<script>alert" not in page.text
    assert escape('<script>alert("U1")</script> & more').replace("&quot;", "&#34;") in page.text
    assert not [each for each in page.all("script") if not each.get("src")]
    assert not [each for quote in page.all("blockquote") for each in quote.iter() if each.tag in ("b", "script")]


def test_words_are_marked_from_the_day_they_are_on_record(small: Path, held: Path, tmp_path: Path) -> None:
    """A source that was not published yet has no page; words are marked once a claim that is on file records them."""
    change(
        small, "claims.yaml", "- value: reported\n      since: 2025-06-17", "- value: reported\n      since: 2025-08-01"
    )
    with site(small, tmp_path / "releases", held) as client:
        assert client.get("/en/sources/daily?as_of=2025-06-16").status_code == 404
        before = Page.fetch(client, "/en/sources/daily?as_of=2025-07-31", 200, {})
        after = Page.fetch(client, "/en/sources/daily?as_of=2025-08-01", 200, {})
    assert texts_of(before) == texts_of(after) == {"U1": OPENING, "U2": SUM}
    assert (len(before.all("mark")), len(after.all("mark"))) == (0, 2)


def test_without_the_folder_locators_alone(small: Path, held: Path, tmp_path: Path) -> None:
    """Without a folder, or without this source's text in it, the page has its locators and says nothing of texts."""
    with site(small, tmp_path / "releases", None) as client:
        bare = client.get("/en/sources/daily")
    (held / "daily.md").unlink()
    with site(small, tmp_path / "releases", held) as client:
        empty = client.get("/en/sources/daily")
        page = Page.fetch(client, "/en/sources/daily", 200, {})
    assert bare.text == empty.text
    assert bare.headers["etag"] == empty.headers["etag"]
    assert texts_of(page) == {"U1": None, "U2": None}
    for word in ("The opening, ", "Beta paid “", "so none is shown", "whoever runs this site"):
        assert word not in bare.text


def test_a_text_that_does_not_match_is_not_shown(mounted: TestClient, held: Path) -> None:
    """A changed passage gives way to a note, and takes no other with it."""
    write_text(held, TEXT.replace("Beta paid", "Beta stole"))
    page = Page.fetch(mounted, "/en/sources/daily", 200, {})
    assert texts_of(page) == {"U1": OPENING, "U2": None}
    assert "stole" not in page.text
    assert "No text that matches the record is held for this passage" in page.words(page.by_id("locator-U2"))
    assert "so none is shown" not in page.words(page.by_id("locator-U1"))


def test_a_passage_without_a_digest_is_not_shown(held: Path, tmp_path: Path) -> None:
    """Nobody can tell whether such a text is the one that was read."""
    with site(write_small(tmp_path), tmp_path / "releases", held) as client:
        page = Page.fetch(client, "/fr/sources/daily", 200, {})
    assert texts_of(page) == {"U1": None, "U2": None}
    assert page.main.count("rien n’est donc affiché") == 2


def test_the_tag_changes_with_the_text(mounted: TestClient, held: Path) -> None:
    """A reader who has the page gets 304 until the text changes, on pages of that source and on no others."""
    addresses = ("/en/sources/daily", "/en/sources/daily.json", "/en/sources/filing", "/en/claims/talks", "/en/sources")
    known = {address: mounted.get(address).headers["etag"] for address in addresses}

    def status(address: str) -> int:
        return mounted.get(address, headers={"If-None-Match": known[address]}).status_code

    assert {status(address) for address in addresses} == {304}
    write_text(held, TEXT.replace("Beta paid", "Beta said"))
    assert [address for address in addresses if status(address) != 304] == ["/en/sources/daily"]
    write_text(held, TEXT)
    assert status("/en/sources/daily") == 304, "the same text again is the same page again"
    (held / "daily.md").unlink()
    assert status("/en/sources/daily") == 200


def test_the_text_is_in_no_release_and_no_data(mounted: TestClient, held: Path, tmp_path: Path) -> None:
    """What a text says is on the source's page alone: not in the release, the JSON, or any other page."""
    words = ("wholly", "Beta paid “", digest(SUM))
    for address in ("/en/sources/daily.json", "/en/claims/sum-said", "/en/claims/sum-said.json", "/en/sources"):
        body = mounted.get(address).text
        assert not [each for each in words if each in body], address
    (file,) = (tmp_path / "releases").glob("*.sqlite")
    assert not [each for each in words[:2] if each.encode() in file.read_bytes()]
    assert mounted.get("/en/claims.json?q=wholly").json()["count"] == 0


def test_publishing_needs_no_text(small: Path, held: Path, tmp_path: Path) -> None:
    """A release is the same whether or not its publisher holds the texts."""
    with_texts = run("publish", small, "--releases", tmp_path / "one", source_texts=str(held)).stdout.split()[0]
    assert run("publish", small, "--releases", tmp_path / "two").stdout.split()[0] == with_texts


def test_the_shipped_site_shows_no_text(page: Callable[..., Page], dossier: Dossier) -> None:
    """Without a folder the founding article's page has its 21 locators with their claims, and no text."""
    found = page("/en/sources/article-fr")
    assert texts_of(found) == {f"U{n}": None for n in range(1, 22)}
    cited = {each.locator for claim in dossier.claims for each in claim.evidence if each.source == "article-fr"}
    for each in found.all("li"):
        if locator := each.get("data-locator"):
            assert (each.get("data-claims") != "0") == (locator in cited)
            assert ("No claim rests on this passage" in found.words(each)) == (locator not in cited)


# The founding article's own text, for those who hold it

if HELD:

    def test_the_dossier_agrees_with_the_article(dossier: Dossier) -> None:
        """Every unit of the text is the one on record, and every wording stands in its unit."""
        assert text_faults(dossier, Path(HELD)) == []

    @pytest.mark.parametrize("unit", [f"U{n}" for n in range(1, 22)])
    def test_one_character_of_the_article(dossier: Dossier, tmp_path: Path, unit: str) -> None:
        """A character changed in any unit is a fault of that unit."""
        text = (Path(HELD) / "article-fr.md").read_text("utf-8")
        changed = re.sub(rf"^({unit} .*)(.)$", r"\1", text, flags=re.MULTILINE)
        assert changed != text
        write_text(tmp_path, changed, "article-fr.md")
        found = text_faults(dossier, tmp_path)
        assert found
        assert all(f": {unit}: " in line for line in found)

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_the_article_stands_beside_its_claims(releases: Path, dossier: Dossier, language: str) -> None:
        """All 21 units are shown in French, and every recorded wording is marked."""
        app = create_app(Settings(releases=releases, source_texts=Path(HELD)), clock=lambda: TODAY)
        with TestClient(app) as client:
            found = Page.fetch(client, f"/{language}/sources/article-fr", 200, {})
        assert None not in texts_of(found).values()
        assert {quote.get("lang") for quote in found.all("blockquote")} == {"fr"}
        marked = " | ".join(found.words(each) for each in found.all("mark"))
        for claim in dossier.claims:
            for each in claim.evidence:
                if each.source == "article-fr" and each.wording:
                    assert each.wording.text in marked
