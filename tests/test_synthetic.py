"""Invented entries: the same for the same seed, in both languages, skewed, and never taken for the record."""

import os
import pty
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from app.dossier.schema import Dossier
from app.publish.building import publish
from app.publish.synthetic import Synthetic, is_synthetic
from app.releases.opening import OpenRelease
from app.releases.store import ReleaseFile, ReleaseFolder
from app.settings import PROJECT

CLAIMS = 400


@pytest.fixture(scope="module")
def synthetic(dossier: Dossier, tmp_path_factory: pytest.TempPathFactory) -> ReleaseFile:
    folder = ReleaseFolder(tmp_path_factory.mktemp("synthetic"))
    return publish(dossier, folder, synthetic=Synthetic(dossier, CLAIMS, 7))


def ask(release: ReleaseFile, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(release.path)) as connection:
        return connection.execute(statement).fetchall()


def test_the_same_seed_gives_the_same_file(dossier: Dossier, synthetic: ReleaseFile, tmp_path: Path) -> None:
    """The same number and seed give the same bytes; another seed gives another release."""
    again = publish(dossier, ReleaseFolder(tmp_path), synthetic=Synthetic(dossier, CLAIMS, 7))
    assert (again.id, again.path.read_bytes()) == (synthetic.id, synthetic.path.read_bytes())
    assert publish(dossier, ReleaseFolder(tmp_path), synthetic=Synthetic(dossier, CLAIMS, 8)).id != synthetic.id


def test_invented_entries_say_so(dossier: Dossier, synthetic: ReleaseFile) -> None:
    """The release and each invented entry call themselves synthetic in both languages."""
    opened = OpenRelease(synthetic.path)
    opened.close()
    assert is_synthetic(opened.name.en)
    assert not is_synthetic(dossier.edition.name.en)
    assert "synthétiques" in opened.name.fr
    invented = ask(synthetic, "SELECT text_en, text_fr FROM claim WHERE id GLOB 's[0-9]*'")
    assert len(invented) == CLAIMS
    assert all(str(en).startswith("Synthetic claim:") for en, _ in invented)
    assert all(str(fr).startswith("Affirmation synthétique\u00a0:") for _, fr in invented)
    assert ask(synthetic, "SELECT count(*) FROM claim") == [(CLAIMS + len(dossier.claims),)]


def test_every_rule_of_the_rows_is_kept(synthetic: ReleaseFile) -> None:
    """Each claim has one status and one rank on every day from its own on, and all that is said of it is a tag."""
    for table in ("claim_standing", "claim_rank"):
        broken = ask(
            synthetic,
            f"SELECT claim.id FROM claim LEFT JOIN {table} AS span ON span.claim_id = claim.id GROUP BY claim.id "
            "HAVING min(span.since) <> claim.visible_from OR max(span.until) <> '9999-12-31' OR "
            "sum(julianday(span.until) - julianday(span.since)) <> "
            "julianday('9999-12-31') - julianday(claim.visible_from)",
        )
        assert not broken
    shown = "SELECT listing, item FROM listing_item WHERE item GLOB 's[0-9]*' AND NOT EXISTS (SELECT 1 FROM listing_tag"
    for parameter in ("issue", "party", "status", "rank", "kind", "attribution", "source"):
        where = f" WHERE listing = listing_item.listing AND item = listing_item.item AND parameter = '{parameter}')"
        assert not ask(synthetic, shown + where)


def test_values_are_skewed(synthetic: ReleaseFile) -> None:
    """The commonest source stands behind far more claims than the median one."""
    counts = [
        int(str(count))
        for (count,) in ask(
            synthetic,
            "SELECT count(*) FROM evidence WHERE source_id GLOB 'synthetic-*' GROUP BY source_id ORDER BY 1 DESC",
        )
    ]
    assert counts[0] > 5 * counts[len(counts) // 2]


def test_the_record_and_what_is_invented_share_no_folder(releases: Path, tmp_path: Path) -> None:
    """A folder with a release of the record takes none that is invented, and says what to do; a pipe sees no bar."""

    def synth(folder: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "app", "synth", "--claims", "5", "--releases", str(folder)]
        return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)

    refused = synth(releases)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--releases" in refused.stderr
    taken = synth(tmp_path / "invented")
    assert (taken.returncode, taken.stderr) == (0, "")
    assert ReleaseFolder(tmp_path / "invented").current_id() in taken.stdout


def test_a_synth_that_is_killed_leaves_nothing_in_the_way(synthetic: ReleaseFile, tmp_path: Path) -> None:
    """Killed while it invents, it leaves no release, no pointer and one part file; asked again it starts from the
    beginning, sweeps that file away, and makes the very bytes that it would have made.
    """
    folder = tmp_path / "releases"
    command = [sys.executable, "-m", "app", "synth", "--claims", str(CLAIMS), "--seed", "7", "--releases", str(folder)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) as process:
        until = time.monotonic() + 60
        while not any(part.stat().st_size > 100_000 for part in folder.glob(".*.part")):
            assert process.poll() is None, "it had made the release before it could be killed"
            assert time.monotonic() < until
            time.sleep(0.002)
        process.kill()
    left = sorted(each.name for each in folder.iterdir())
    assert left[0].endswith(".part")
    assert left[1:] == [".lock"]
    assert ReleaseFolder(folder).list() == []
    again = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    assert again.stdout.split()[0] == synthetic.id
    assert (folder / f"{synthetic.id}.sqlite").read_bytes() == synthetic.path.read_bytes()
    assert not list(folder.glob(".*.part*"))
    # What is there already is not made again.
    made = (folder / f"{synthetic.id}.sqlite").stat().st_ino
    subprocess.run(command, cwd=PROJECT, capture_output=True, check=True)
    assert (folder / f"{synthetic.id}.sqlite").stat().st_ino == made


def test_a_person_at_a_terminal_sees_how_far_it_is(tmp_path: Path) -> None:
    """A bar with the step under way; and the result where a pipe would get it too."""
    command = [sys.executable, "-m", "app", "synth", "--claims", "3000", "--releases", str(tmp_path / "releases")]
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        # The other end is closed when the process ends, which reads as an error here.
        with suppress(OSError):
            while piece := os.read(ours, 4096):
                shown += piece
        assert process.stdout is not None
        said = process.stdout.read().decode()
    os.close(ours)
    assert process.returncode == 0
    assert said.split()[0] == ReleaseFolder(tmp_path / "releases").current_id()
    assert b"inventing" in shown
    assert "━".encode() in shown
