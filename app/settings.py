"""Every setting is an environment variable ``FAULTLINES_…``; ``.env.example`` documents each."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, InstanceOf
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from app import __version__

PROJECT = Path(__file__).resolve().parent.parent
"""The folder that holds ``app/``, ``templates/``, ``static/`` and ``dossier/``."""


def place_of(given: str | Path | URL) -> Path | URL:
    """Where releases are: a folder, or a database by its address; raise ``ValueError`` for another kind of address."""
    if isinstance(given, URL) or not isinstance(given, str) or "://" not in given:
        return given if isinstance(given, URL) else Path(given)
    try:
        url = make_url(given)
    except ArgumentError:
        url = None
    if url is None or url.drivername != "postgresql+psycopg":
        raise ValueError("expected a folder, or postgresql+psycopg://USER@HOST/DATABASE")
    return url


def _database(given: object) -> object:
    found = place_of(given) if isinstance(given, str) and given else given or None
    if isinstance(found, Path):
        raise ValueError("expected postgresql+psycopg://USER@HOST/DATABASE")  # noqa: TRY004  As pydantic wants it.
    return found


def _place(given: object) -> object:
    return place_of(given) if isinstance(given, str | Path | URL) else given


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FAULTLINES_", extra="ignore")

    dossier: Path = Field(default=PROJECT / "dossier", description="The dossier folder that publish and check read.")
    releases: Annotated[Path | InstanceOf[URL], BeforeValidator(_place), NoDecode] = Field(
        default=PROJECT / "releases",
        description="The folder of published releases, or the PostgreSQL database: postgresql+psycopg://…",
    )
    read_url: Annotated[InstanceOf[URL] | None, BeforeValidator(_database), NoDecode] = Field(
        default=None, description="The database that serve reads, where it is another than publish writes: a replica."
    )
    web_role: Annotated[str | None, BeforeValidator(lambda given: given or None)] = Field(
        default=None,
        pattern=r"^[a-z_][a-z0-9_]{0,62}$",
        description="The role of PostgreSQL that publish lets read each release, and nothing else.",
    )
    keep_releases: Annotated[int | None, BeforeValidator(lambda given: given or None)] = Field(
        default=None, ge=2, description="How many releases publish keeps; unset: all, so that no frozen address ends."
    )
    source_texts: Annotated[Path | None, BeforeValidator(lambda given: given or None)] = Field(
        default=None, description="The folder of sources' texts that whoever runs the site holds, outside the project."
    )
    host: str = Field(default="127.0.0.1", description="The address that serve listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port that serve listens on.")
    workers: int = Field(default=1, ge=1, le=64, description="How many processes serve runs.")
    root_path: str = Field(
        default="",
        pattern=r"^(/[A-Za-z0-9._~-]+)*$",
        description="The path prefix that a proxy strips before it passes a request on, such as /faultlines.",
    )
    contact: Annotated[str | None, BeforeValidator(lambda given: given or None)] = Field(
        default=None,
        pattern=r"^(https://[^\s\"<>]+|[^@\s\"<>/]+@[^@\s\"<>/]+)$",
        description="An e-mail address or https:// page for readers whom something on the site hinders.",
    )
    allowed_hosts: str = Field(
        default="",
        pattern=r"^(\s*(\*\.)?[A-Za-z0-9._:\[\]-]+\s*(,|$))*$",
        description="The hosts that the site answers for, with commas; *.example.org for all below it. Empty: any.",
    )
    trusted_proxies: str = Field(
        default="",
        pattern=r"^(\*|(\s*[0-9A-Fa-f.:/]+\s*(,|$))*)$",
        description="The addresses of proxies whose X-Forwarded-For and -Proto are believed, with commas; * for all.",
    )
    frame_ancestors: str = Field(
        default="'none'",
        pattern=r"^('none'|('self'|https?://[A-Za-z0-9.*:-]+)( ('self'|https?://[A-Za-z0-9.*:-]+))*)$",
        description="Which sites may show this one in a frame, as in the policy's frame-ancestors.",
    )
    query_threads: int = Field(default=2, ge=1, le=64, description="How many pages one process builds at a time.")
    query_seconds: float = Field(
        default=5.0, ge=0, description="The seconds after which a database query is given up; 0 lets it run."
    )
    client_seconds: float = Field(
        default=20.0,
        ge=0,
        description="The seconds that a client may take to send a request, or take none of an answer; 0: no end.",
    )
    cache_bytes: int = Field(
        default=16_000_000, ge=0, description="How many bytes of answers one process keeps; 0 keeps none."
    )
    warm: bool = Field(default=True, description="Whether the main pages are made before anybody asks for them.")
    shared_seconds: int = Field(
        default=0, ge=0, le=86_400, description="For how long a shared cache in front may answer without asking."
    )
    styleguide: bool = Field(default=False, description="Whether /styleguide shows every component; for development.")
    assistant: bool = Field(default=False, description="Whether /mcp answers assistants; needs the extra assistant.")
    assistant_hosts: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9.:*\[\], -]*$",
        description="The host names, with commas between, under which /mcp may be asked besides this machine's own.",
    )
    mentions: bool = Field(default=True, description="Whether pages show what publishers said since, unreviewed.")
    watch_folder: Annotated[Path | None, BeforeValidator(lambda given: given or None)] = Field(
        default=None, description="The folder that watch writes to; watch/ among the releases where it is not set."
    )
    watch_user_agent: str = Field(
        default=f"Faultlines/{__version__}",
        pattern=r"^[!-~]+( [ -~]+)?$",
        max_length=200,
        description="Who asks, for publishers to see; EDGAR is asked only with a way to reach you in it.",
    )
    watch_proxy: Annotated[str | None, BeforeValidator(lambda given: given or None)] = Field(
        default=None, pattern=r"^https?://[^\s/]+/?$", description="The proxy through which watch goes out."
    )
    watch_ca: Annotated[Path | None, BeforeValidator(lambda given: given or None)] = Field(
        default=None, description="A file of certificates that watch trusts besides the usual ones."
    )
    watch_allow_hosts: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9.:, -]*$",
        description="Hosts of your own network that watch may ask: private addresses, other ports, without TLS.",
    )
    watch_courtlistener_token: Annotated[str | None, BeforeValidator(lambda given: given or None)] = Field(
        default=None, pattern=r"^[!-~]+$", description="A token of CourtListener's interface, sent to nobody else."
    )
    log_level: str = Field(
        default="info", pattern="^(critical|error|warning|info|debug)$", description="How much serve logs."
    )
    log_format: str = Field(
        default="auto",
        pattern="^(auto|json|text)$",
        description="Whether a line of the log is JSON or plain text; auto: plain on a terminal.",
    )
    log_readers: bool = Field(
        default=False, description="Whether the log says what readers typed and from which address they asked."
    )
    telemetry: bool = Field(
        default=False, description="Whether each request is traced with OpenTelemetry; needs the extra telemetry."
    )

    @property
    def all_assistant_hosts(self) -> tuple[str, ...]:
        """Where /mcp may be asked: this machine at any port, and the names that are set, with and without a port."""
        named = [each.strip() for each in self.assistant_hosts.split(",") if each.strip()]
        local = ("127.0.0.1:*", "localhost:*", "[::1]:*")
        return (*local, *(form for each in named for form in (each, f"{each}:*")))

    @property
    def watched(self) -> Path:
        """The folder of mentions and checks, beside the releases unless it is set."""
        beside = PROJECT / "releases" if isinstance(self.releases, URL) else self.releases
        return self.watch_folder or beside / "watch"

    @property
    def read_from(self) -> Path | URL:
        """Where serve reads releases."""
        return self.read_url if self.read_url is not None and isinstance(self.releases, URL) else self.releases
