"""Invented entries: the same for the same seed, in both languages, skewed, and never taken for the record."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.dossier.schema import Dossier
from app.publish.building import publish
from app.publish.synthetic import Synthetic, is_synthetic
from app.releases import OpenRelease, ReleaseFile, ReleaseFolder
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
