"""Runs the migrations on the connection that the caller hands over in the configuration's attributes."""

from alembic import context
from sqlmodel import SQLModel

import app.models  # noqa: F401  (fills the metadata)

FULL_TEXT = "listing_text"


def _is_ours(_object: object, name: str | None, kind: str, _reflected: bool, _compare: object) -> bool:
    """Leave the full-text table and its shadow tables to the migration that makes them."""
    return not (kind == "table" and name is not None and name.startswith(FULL_TEXT))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    include_object=_is_ours,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
