"""An entry that was renamed: whoever kept an old address is led to the new one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.dossier.loading import load_dossier
from app.main import create_app
from app.publish.building import publish
from app.releases.store import ReleaseFolder
from app.settings import Settings
from tests.conftest import TODAY
from tests.test_dossier import change, faults_of, write_small


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The small dossier, in which a claim, an issue, a party and a figure were called otherwise before."""
    folder = tmp_path_factory.mktemp("renamed")
    dossier = write_small(folder)
    change(dossier, "claims.yaml", "- id: talks\n", "- id: talks\n  formerly: [first-talks, claims]\n")
    change(dossier, "issues.yaml", "- id: control\n", "- id: control\n  formerly: [who-decides]\n")
    change(dossier, "parties.yaml", "- id: alpha\n", "- id: alpha\n  formerly: [alpha-labs]\n")
    change(dossier, "figures.yaml", "- id: investment\n", "- id: investment\n  formerly: [holding]\n")
    releases = ReleaseFolder(folder / "releases")
    publish(load_dossier(dossier), releases)
    app = create_app(Settings(releases=releases.path), clock=lambda: TODAY)
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/en/claims/first-talks", "/en/claims/talks"),
        ("/en/claims/claims", "/en/claims/talks"),
        ("/fr/claims/first-talks.bib?as_of=2026-11-01", "/fr/claims/talks.bib?as_of=2026-11-01"),
        ("/en/claims/first-talks.jsonld", "/en/claims/talks.jsonld"),
        ("/en/issues/who-decides?status=reported&party=alpha-labs", "/en/issues/control?party=alpha&status=reported"),
        ("/en/issues/who-decides/briefing", "/en/issues/control/briefing"),
        ("/en/charts/mix-who-decides.svg", "/en/charts/mix-control.svg"),
        ("/en/figures/holding.json", "/en/figures/investment.json"),
        ("/en/claims?issue=who-decides", "/en/claims?issue=control"),
    ],
)
def test_an_old_address_leads_to_the_new_one(site: TestClient, old: str, new: str) -> None:
    """A page, its parts and its twins move for good, in one step, with the query; and so do filters."""
    for _ in range(2):
        answer = site.get(old)
        assert (answer.status_code, answer.headers["location"]) == (308, new)
    assert site.get(new).status_code == 200


def test_a_program_is_given_what_an_old_filter_means(site: TestClient) -> None:
    """Data is answered where it was asked for, with the filter of today."""
    old, new = (site.get(f"/en/claims.json?issue={each}").json() for each in ("who-decides", "control"))
    assert old == new
    assert old["filter"] == {"issue": ["control"]}


def test_a_frozen_address_is_led_within_its_release(site: TestClient) -> None:
    """The old address of the release that has the new id leads to the new one there."""
    release = site.get("/en/claims.json").json()["release"]
    answer = site.get(f"/r/{release}/en/claims/first-talks")
    assert (answer.status_code, answer.headers["location"]) == (308, f"/r/{release}/en/claims/talks")


@pytest.mark.parametrize(
    ("claim", "said"),
    [("[sum-said]", "is that of 'sum-said'"), ("[talks]", "is that of 'talks'"), ("[old, old]", "is that of 'talks'")],
)
def test_an_old_id_that_is_taken_is_a_fault(tmp_path: Path, claim: str, said: str) -> None:
    """An id of before may be no entry's now, and is named once."""
    dossier = write_small(tmp_path)
    change(dossier, "claims.yaml", "- id: talks\n", f"- id: talks\n  formerly: {claim}\n")
    (fault,) = faults_of(dossier)
    assert "claims.yaml:" in fault
    assert "formerly" in fault
    assert said in fault


def test_an_old_id_leads_to_one_entry(tmp_path: Path) -> None:
    """Two entries cannot both have been called the same."""
    dossier = write_small(tmp_path)
    for each in ("talks", "sum-said"):
        change(dossier, "claims.yaml", f"- id: {each}\n", f"- id: {each}\n  formerly: [old]\n")
    (fault,) = faults_of(dossier)
    assert "'old' is that of 'talks'" in fault
