"""Brings a database to the newest schema, through the Alembic migrations."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.settings import PROJECT


def migration_config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def schema_revision() -> str:
    """The newest revision of the schema that this program knows."""
    head = ScriptDirectory.from_config(migration_config()).get_current_head()
    assert head is not None
    return head


def migrate(connection: Connection) -> None:
    command.upgrade(migration_config(connection), "head")
