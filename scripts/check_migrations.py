"""Checks that the migrations build exactly the tables that the models describe, and that they can be undone."""

import sys

from alembic import command
from alembic.util import CommandError
from sqlalchemy import create_engine, inspect

from app.publish.migrating import migrate, migration_config


def main() -> int:
    with create_engine("sqlite://").connect() as connection:
        migrate(connection)
        try:
            command.check(migration_config(connection))
        except CommandError as error:
            print(f"migrations/: {error}")
            return 1
        command.downgrade(migration_config(connection), "base")
        left = set(inspect(connection).get_table_names()) - {"alembic_version"}
        if left:
            print(f"migrations/: undoing all leaves {', '.join(sorted(left))}")
            return 1
    print("models and migrations agree")
    return 0


if __name__ == "__main__":
    sys.exit(main())
