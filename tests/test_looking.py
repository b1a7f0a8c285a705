"""The scripts that look at the site: which pictures are taken and how they are compared, and how scores are judged."""

from pathlib import Path

import html5lib
import pytest

from scripts import audit, screenshots
from scripts.page_kinds import LANGUAGES, PAGES
from tests.browser.test_accessibility import WIDTHS


def test_every_kind_is_pictured_in_every_way() -> None:
    """Each kind is taken in both languages and themes at the three widths, each picture in a file of its own."""
    shots = screenshots.plan()
    files = [shot.file for shot in shots]
    assert len(set(files)) == len(files)
    assert all(set(each) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-") for each in files)
    assert set(screenshots.WIDTHS) == set(WIDTHS)
    taken = {(shot.kind, shot.language, shot.way, shot.width) for shot in shots}
    for kind in PAGES:
        for language in LANGUAGES:
            for width in WIDTHS:
                assert {(kind, language, "light", width), (kind, language, "dark", width)} <= taken
    ways = {shot.way for shot in shots}
    assert {"print", "no-script"} <= ways


def test_a_changed_picture_is_told_from_the_same(tmp_path: Path) -> None:
    """A picture of other bytes is changed, one that the baseline lacks is new, and the same is not mentioned."""
    out, baseline = tmp_path / "out", tmp_path / "baseline"
    same, changed, new = screenshots.plan()[:3]
    for folder in (out, baseline):
        folder.mkdir()
        (folder / same.file).write_bytes(b"same")
        (folder / changed.file).write_bytes(folder.name.encode())
    (out / new.file).write_bytes(b"new")
    differing = screenshots.compare([same, changed, new], out, baseline)
    assert differing == {changed: "changed", new: "new"}
    root = html5lib.parse(screenshots.contact_sheet([same, changed, new], differing), namespaceHTMLElements=False)
    shown = [each.get("src") for each in root.iter("img")]
    assert shown[:2] == [changed.file, new.file]
    assert set(shown) == {same.file, changed.file, new.file}


def test_a_baseline_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A baseline that is missing, or is the folder to be written, is wrong usage, and no picture is touched."""
    kept = tmp_path / screenshots.plan()[0].file
    kept.write_bytes(b"kept")
    for baseline in (tmp_path / "missing", tmp_path):
        monkeypatch.setattr("sys.argv", ["screenshots", str(tmp_path), "--baseline", str(baseline)])
        with pytest.raises(SystemExit) as stopped:
            screenshots.main()
        assert stopped.value.code == 2
    assert kept.read_bytes() == b"kept"


def test_a_score_is_the_median_of_its_runs() -> None:
    """One slow run of three does not decide, and a category that could not be judged counts as nothing."""
    reports = [{"categories": {"performance": {"score": each}}} for each in (0.6, 0.99, 0.98)]
    assert audit.score(reports, "performance") == 98
    assert audit.score([{"categories": {"performance": {"score": None}}}], "performance") == 0


def test_what_is_measured_is_a_page(page: object) -> None:
    """Lighthouse is pointed at addresses that answer."""
    assert callable(page)
    for address in audit.MEASURED.values():
        page(address)
