"""Pairs of claims that cannot both hold, in the order in which they are shown"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0010"
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('contradicting_pair',
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('claim_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('other_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('visible_from', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_contradicting_pair_claim_id_claim')),
    sa.ForeignKeyConstraint(['other_id'], ['claim.id'], name=op.f('fk_contradicting_pair_other_id_claim')),
    sa.PrimaryKeyConstraint('ordinal', name=op.f('pk_contradicting_pair'))
    )
    with op.batch_alter_table('contradicting_pair', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contradicting_pair_visible_from'), ['visible_from'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('contradicting_pair', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contradicting_pair_visible_from'))

    op.drop_table('contradicting_pair')
