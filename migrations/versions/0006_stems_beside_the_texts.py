"""Stems beside the texts that a search looks in"""

from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    make_listing_text('en, fr, en_stem, fr_stem')


def downgrade() -> None:
    make_listing_text('en, fr')


def make_listing_text(columns: str) -> None:
    # A virtual table cannot be altered; it is empty whenever a release is built.
    op.execute("DROP TABLE listing_text")
    op.execute(
        f"CREATE VIRTUAL TABLE listing_text USING fts5(listing UNINDEXED, item UNINDEXED, {columns}, "
        "tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')"
    )
