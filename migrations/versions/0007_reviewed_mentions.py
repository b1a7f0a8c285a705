"""Mentions that somebody has dealt with"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reviewed_mention',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_reviewed_mention_source_id_source')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reviewed_mention'))
    )


def downgrade() -> None:
    op.drop_table('reviewed_mention')
