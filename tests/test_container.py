"""What the image and the compose files promise, read from them; building and running them takes an engine."""

import json
import re
import shlex
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.rendering.translations import LANGUAGES
from app.settings import PROJECT

OWN = ("web", "watch")
"""The services that run the image built here."""
COMPOSED = {
    "as it comes": (("compose.yaml",), ()),
    "with the watch": (("compose.yaml",), ("watch",)),
    "behind a sign-in": (("compose.yaml", "compose.sso.yaml"), ("sso",)),
}


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, each on one line, without its comments."""
    lines = [
        line for line in (PROJECT / "Dockerfile").read_text("utf-8").splitlines() if not line.lstrip().startswith("#")
    ]
    whole = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(found[1], found[2].strip()) for found in re.finditer(r"(?m)^([A-Z]+) (.*)$", whole)]


def values(name: str) -> list[str]:
    return [value for each, value in instructions() if each == name]


def composed(files: tuple[str, ...], profiles: tuple[str, ...]) -> dict[str, Any]:
    """The files put together by Compose itself, which holds them against its schema and follows what they refer to."""
    command = [str(Path(sysconfig.get_path("scripts")) / "docker-compose")]
    for file in files:
        command += ["--file", str(PROJECT / file)]
    for profile in profiles:
        command += ["--profile", profile]
    done = subprocess.run(
        [*command, "config", "--format", "json"],
        cwd=PROJECT,
        env={"HOME": "/nonexistent"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_image_is_nobodys() -> None:
    """What runs is no root, by a number that a cluster can read, and nothing after that makes it root again."""
    names = [name for name, _ in instructions()]
    user = values("USER")
    assert len(user) == 1
    assert all(re.fullmatch(r"[1-9]\d*", each) for each in user[0].split(":"))
    assert "RUN" not in names[names.index("USER") :]


def test_the_image_builds_on_older_engines() -> None:
    """No syntax that only newer builders know, and a health check that needs no tool the image has not."""
    text = (PROJECT / "Dockerfile").read_text("utf-8")
    for new in ("--link", "<<", "--start-interval", "--mount", "# syntax"):
        assert new not in text, f"{new} needs a newer builder"
    health = values("HEALTHCHECK")
    assert len(health) == 1
    assert json.loads(health[0].partition("CMD ")[2])[0] == "python"
    assert not re.search(r"\b(curl|wget|apt-get)\b", " ".join(value for _, value in instructions()))


def test_all_that_is_installed_is_pinned_with_a_digest() -> None:
    """pip refuses in the image whatever has no digest, and every package of the lock files has one."""
    assert '--require-hashes --requirement "${REQUIREMENTS}"' in " ".join(values("RUN"))
    assert values("ARG") == ["REQUIREMENTS=requirements.txt"]
    for lock in ("requirements.txt", "requirements-postgres.txt", "requirements-dev.txt"):
        packages = re.split(r"(?m)^(?=[a-zA-Z0-9])", (PROJECT / lock).read_text("utf-8"))
        for each in packages:
            if each.strip() and not each.startswith("#"):
                assert re.match(r"[\w.\[\],-]+==[\w.]+", each), each[:80]
                assert "--hash=sha256:" in each, f"{lock}: {each[:40]} has no digest"


def test_the_image_keeps_the_data_of_the_languages_spoken() -> None:
    """What Babel knows of other languages is left out, and of each of ours it is not."""
    (leaving_out,) = [each for each in " ".join(values("RUN")).split("&&") if "locale-data" in each]
    assert set(re.findall(r"! -name '(\w+)\*'", leaving_out)) == set(LANGUAGES)


def test_what_the_image_is_made_of_is_sent_to_the_builder() -> None:
    """Each folder that the Dockerfile copies is let through by .dockerignore, and nothing else is."""
    copied = {each for value in values("COPY") if "--from" not in value for each in shlex.split(value)[:-1]}
    ignored = (PROJECT / ".dockerignore").read_text("utf-8").split("\n")
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == copied
    assert all((PROJECT / each).exists() for each in copied)


@pytest.mark.parametrize("kind", COMPOSED)
def test_compose_files_are_valid_and_give_away_nothing(kind: str) -> None:
    """Compose itself accepts them; each service only reads, has no rights and gets none; ours have limits."""
    files, profiles = COMPOSED[kind]
    services = composed(files, profiles)["services"]
    wanted = {"web", *({"watch": "watch", "sso": "sign-in"}[each] for each in profiles)}
    assert set(services) == wanted
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.keys() & {"privileged", "cap_add", "network_mode", "pid", "ipc", "devices"}, name
    for name in services.keys() & OWN:
        service = services[name]
        assert service["user"] == values("USER")[0]
        assert int(service["mem_limit"]) <= 512 * 2**20
        assert service["pids_limit"] <= 128
        assert all("noexec" in each and "size=" in each for each in service["tmpfs"])
        # Another place that can be written is the watch's own, and only the watch may write there.
        assert all(each.get("read_only") or name == "watch" for each in service["volumes"])


def test_the_health_check_is_said_once() -> None:
    """That of the compose file, which images in another format need, is that of the image, and lasts as long."""
    web = yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8"))["services"]["web"]["healthcheck"]
    options, _, command = values("HEALTHCHECK")[0].partition(" CMD ")
    assert web["test"] == ["CMD", *json.loads(command)]
    said = dict(re.findall(r"--([a-z-]+)=(\S+)", options))
    assert {name.replace("_", "-"): str(value) for name, value in web.items() if name != "test"} == said


def test_what_the_sign_in_needs_is_documented() -> None:
    """Each variable that the sign-in reads from the environment stands in docs/security.md, if it has no default."""
    documented = (PROJECT / "docs" / "security.md").read_text("utf-8")
    read = re.findall(r"\$\{(\w+):-(.*?)\}", (PROJECT / "compose.sso.yaml").read_text("utf-8"))
    needed = {name for name, default in read if not default} | {"OAUTH2_PROXY_IMAGE", "FAULTLINES_COMPOSE_PORT"}
    assert len(needed) > 5
    assert not {each for each in needed if each not in documented}
