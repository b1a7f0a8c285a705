"""What is taken away of a view, opened as a file on a machine without a network."""

import io
import json
import subprocess
import zipfile
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser


@pytest.mark.parametrize("address", ["/fr/claims.zip?issue=windsurf", "/en/figures/microsoft-investment.zip"])
def test_an_evidence_pack_opens_offline(browser: Browser, site: str, tmp_path: Path, address: str) -> None:
    """Its digests hold by the usual tool; its page shows every entry, loads nothing and complains of nothing."""
    with zipfile.ZipFile(io.BytesIO(httpx.get(f"{site}{address}").content)) as pack:
        pack.extractall(tmp_path)
    checked = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, check=True, text=True,
                             capture_output=True)  # fmt: skip
    assert checked.stdout.count(": OK") == len(list(tmp_path.iterdir())) - 1
    asked: list[str] = []
    said: list[str] = []
    with browser.new_context(offline=True) as context:
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        page = (tmp_path / "index.html").as_uri()
        tab.goto(page)
        entries = tab.locator("article[data-id]")
        assert entries.count() == json.loads((tmp_path / "metadata.json").read_text("utf-8"))["count"] > 0
        assert entries.first.is_visible()
    assert asked == [page]
    assert said == []
