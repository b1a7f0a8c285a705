"""The command line: publish, synth, serve, check, schema, releases, rollback, watch.

Exit codes: 0 done, 1 the input is at fault, 2 wrong usage, 3 the environment is at fault.
"""

import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from app.releases.store import NoRelease, Progress, Store
from app.settings import Settings, place_of
from app.source_texts import require_folder
from app.stores import store_at

# What only some commands need they import themselves: the web process is started by this module too, and would carry
# along what reads, checks and publishes a dossier.
if TYPE_CHECKING:
    from app.dossier.schema import Dossier
    from app.publish.synthetic import Synthetic

INPUT_AT_FAULT = 1
WRONG_USAGE = 2
ENVIRONMENT_AT_FAULT = 3

cli = typer.Typer(
    help="Faultlines: publish a dossier and serve it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
DossierArgument = Annotated[Path | None, typer.Argument(help="The dossier folder.", show_default="dossier")]
ReleasesOption = Annotated[
    str | None, typer.Option("--releases", help="The folder of releases, or the database that holds them.")
]

SYNTHETIC_RELEASES = "releases-synthetic"


def main() -> None:
    """Run the command line; what the environment refuses becomes one line and exit code 3."""
    try:
        cli()
    except ValidationError as error:
        for each in error.errors(include_url=False):
            name = "FAULTLINES_" + "_".join(str(part) for part in each["loc"]).upper()
            # A secret that is mistyped is a secret still.
            secret = name.endswith("TOKEN") or "://" in str(each["input"])
            found = "" if secret else f", found {each['input']!r}"
            print(f"{name}: {each['msg']}{found}", file=sys.stderr)
        sys.exit(ENVIRONMENT_AT_FAULT)
    except (OSError, SQLAlchemyError) as error:
        reason = getattr(error, "orig", None) or error
        print(f"error: {reason}", file=sys.stderr)
        sys.exit(ENVIRONMENT_AT_FAULT)


@contextmanager
def _faults_as_lines() -> Iterator[None]:
    from app.dossier.faults import FaultyDossier

    try:
        yield
    except FaultyDossier as faulty:
        for fault in faulty.faults:
            print(fault, file=sys.stderr)
        count = len(faulty.faults)
        print(f"{count} fault{'s' if count != 1 else ''}; nothing was published.", file=sys.stderr)
        raise typer.Exit(INPUT_AT_FAULT) from None


@cli.command()
def check(
    dossier: DossierArgument = None,
    texts: Annotated[
        Path | None,
        typer.Option("--texts", help="A folder of sources' texts, SOURCE-ID.md, to hold the dossier against."),
    ] = None,
) -> None:
    """Validate a dossier and say every fault as file:line: field: what is wrong, what is expected."""
    from app.dossier.loading import load_dossier
    from app.dossier.texts import check_texts

    held = texts or Settings().source_texts
    with _faults_as_lines():
        loaded = load_dossier(dossier or Settings().dossier)
        units = check_texts(loaded, held) if held else None
    compared = "" if units is None else f", {units} units of text"
    print(f"No faults: {len(loaded.claims)} claims, {len(loaded.sources)} sources{compared}.")


@cli.command()
def publish(dossier: DossierArgument = None, releases: ReleasesOption = None) -> None:
    """Build a release of a dossier, test it, and make it current."""
    from app.dossier.loading import load_dossier

    settings = Settings()
    with _faults_as_lines():
        loaded = load_dossier(dossier or settings.dossier)
    _publish(loaded, _store(releases, settings))


@cli.command()
def synth(
    claims: Annotated[int, typer.Option("--claims", min=1, max=9_000_000, help="How many claims to invent.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same release.")] = 0,
    releases: Annotated[
        str, typer.Option("--releases", help="A folder, or a database, for synthetic releases alone.")
    ] = SYNTHETIC_RELEASES,
) -> None:
    """Publish invented claims, for measurements: they stand beside the dossier's, and never in its folder."""
    from app.dossier.loading import load_dossier
    from app.publish.synthetic import Synthetic

    settings = Settings()
    store = _store(releases, settings)
    if _resolved(store.place) == _resolved(settings.releases) or _holds_a_record(store):
        print(f"{store.name} is for releases of the record; name another folder with --releases.", file=sys.stderr)
        raise typer.Exit(WRONG_USAGE)
    with _faults_as_lines():
        loaded = load_dossier(settings.dossier)
    _publish(loaded, store, Synthetic(loaded, claims, seed))


def _store(releases: str | None, settings: Settings) -> Store:
    """The store that a command was told of, or else the one that is set."""
    try:
        place = place_of(releases) if releases else settings.releases
    except ValueError as error:
        print(f"--releases: {error}", file=sys.stderr)
        raise typer.Exit(WRONG_USAGE) from None
    return store_at(place.absolute() if isinstance(place, Path) else place, settings.web_role)


def _resolved(place: Path | URL) -> Path | URL:
    return place.absolute().resolve() if isinstance(place, Path) else place


def _holds_a_record(store: Store) -> bool:
    """Whether a store holds a release that is not synthetic."""
    from app.publish.synthetic import is_synthetic

    for each in store.list():
        release = store.open(each.id)
        release.close()
        if not is_synthetic(release.name.en):
            return True
    return False


def _publish(loaded: "Dossier", store: Store, synthetic: "Synthetic | None" = None) -> None:
    from app.publish.building import publish as publish_dossier
    from app.publish.smoke import SmokeTestFailed
    from app.rendering.cards import cards_for

    try:
        with _progress() as progress:
            release = publish_dossier(loaded, store, progress, synthetic, Settings().keep_releases, cards_for(store))
    except SmokeTestFailed as failure:
        print(f"The release was built but not taken: {failure}. The current release is unchanged.", file=sys.stderr)
        raise typer.Exit(ENVIRONMENT_AT_FAULT) from None
    print(f"{release.id} {release.place}")


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar for a person at a terminal; in a pipe nothing is printed of it."""
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    from app.publish.building import silent

    console = Console(stderr=True)
    if not console.is_terminal:
        yield silent
        return
    with Bar(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console
    ) as bar:
        task = bar.add_task("checking", total=None)

        def tell(step: str, share: float | None) -> None:
            # A new step is shown at once: the bar is drawn ten times a second, and some steps take less than that.
            new = bar.tasks[task].description != step
            bar.update(task, description=step, total=share and 1, completed=share or 0, refresh=new)

        yield tell


@cli.command()
def serve(
    releases: ReleasesOption = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="The port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="How many processes.")] = None,
) -> None:
    """Serve the current release; publish nothing."""
    import uvicorn

    from app.operations.connections import Connection, allow_many_connections
    from app.operations.logs import log_config
    from app.operations.metrics import shared_between

    if releases is not None:
        place = _store(releases, Settings()).place
        named = place.render_as_string(hide_password=False) if isinstance(place, URL) else str(place)
        os.environ["FAULTLINES_RELEASES"] = named
    settings = Settings()
    store_at(settings.read_from)
    if settings.source_texts is not None:
        require_folder(settings.source_texts)
    if settings.assistant and find_spec("mcp") is None:
        print(
            "FAULTLINES_ASSISTANT=1 needs a package that is not installed: pip install 'faultlines[assistant]', or "
            "set FAULTLINES_ASSISTANT=0.",
            file=sys.stderr,
        )
        raise typer.Exit(ENVIRONMENT_AT_FAULT)
    count = workers or settings.workers
    if count == 1:
        # Until the site is built, in this very process: see ``from_environment``.
        gc.disable()
    allow_many_connections()
    with shared_between(count):
        uvicorn.run(
            "app.main:from_environment",
            factory=True,
            host=host or settings.host,
            port=settings.port if port is None else port,
            workers=count,
            # Called as a class is, which is all that the server does with it.
            http=partial(Connection, patience=settings.client_seconds),  # type: ignore[arg-type]
            root_path=settings.root_path,
            log_config=log_config(settings.log_level, settings.log_format),
            access_log=False,
            # Nothing here speaks WebSocket, so nothing that does is loaded.
            ws="none",
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies,
            server_header=False,
            timeout_graceful_shutdown=10,
        )


@cli.command()
def watch(
    dossier: DossierArgument = None,
    every: Annotated[
        str | None, typer.Option("--every", help="Go on, once in this time: 30m, 6h or 1d.", metavar="TIME")
    ] = None,
    sources: Annotated[bool, typer.Option("--sources", help="Check the cited addresses, not the feeds.")] = False,
    report: Annotated[
        Path | None,
        typer.Option("--report", help="With --sources: write FILE as Markdown and as JSON.", metavar="FILE"),
    ] = None,
    drafted: Annotated[
        str | None, typer.Option("--draft", help="Print a claim to complete for a mention.", metavar="MENTION")
    ] = None,
) -> None:
    """Ask what publishers said since, keep it apart from the record; or check the cited addresses."""
    # Only here: no other command, and not the web process, has any of what can reach out.
    from app.dossier.loading import load_dossier
    from app.watch.command import WrongUse, run_draft, run_watch

    settings = Settings()
    with _faults_as_lines():
        loaded = load_dossier(dossier or settings.dossier)
    try:
        code = (
            run_draft(settings, loaded, drafted)
            if drafted is not None and not (every or sources or report)
            else run_watch(settings, loaded, every=every, sources=sources, report=report, drafted=drafted)
        )
    except WrongUse as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None
    raise typer.Exit(code)


@cli.command()
def schema(
    kind: Annotated[str | None, typer.Argument(help="One kind of entry; all where none is named.")] = None,
) -> None:
    """Print the JSON Schema of the dossier's files, for editors."""
    from app.dossier.schema import KINDS

    if kind is not None and kind not in KINDS:
        print(f"There is no kind {kind!r}; there are: {', '.join(KINDS)}.", file=sys.stderr)
        raise typer.Exit(WRONG_USAGE)
    chosen = [kind] if kind else list(KINDS)
    dialect = "https://json-schema.org/draft/2020-12/schema"
    adapters: list[tuple[str, Literal["validation"], TypeAdapter[Any]]] = [
        (each, "validation", TypeAdapter(list[KINDS[each]]))  # type: ignore[valid-type]
        for each in chosen
    ]
    files, definitions = TypeAdapter.json_schemas(adapters)
    shapes = {name: shape for (name, _), shape in files.items()}
    body = {"$schema": dialect, **(shapes[kind] if kind else {"type": "object", "properties": shapes}), **definitions}
    print(json.dumps(body, indent=2, ensure_ascii=False))


@cli.command("releases")
def list_releases(releases: ReleasesOption = None) -> None:
    """List the releases, the newest first; the current one is marked."""
    store = _store(releases, Settings())
    found = store.list()
    if not found:
        print(f"There is no release in {store.name}: run `python -m app publish`.", file=sys.stderr)
        raise typer.Exit(ENVIRONMENT_AT_FAULT)
    for each in found:
        mark = "current" if each.current else "       "
        print(f"{each.id}  {mark}  {each.published:%Y-%m-%d %H:%M:%S} UTC  {each.place}")


@cli.command()
def rollback(
    release: Annotated[str, typer.Argument(help="The id of the release to make current.")],
    releases: ReleasesOption = None,
) -> None:
    """Make an older release current."""
    store = _store(releases, Settings())
    try:
        store.make_current(release)
    except NoRelease as error:
        print(f"{error} `python -m app releases` lists those there are.", file=sys.stderr)
        raise typer.Exit(INPUT_AT_FAULT) from None
    print(f"{release} is current.")
