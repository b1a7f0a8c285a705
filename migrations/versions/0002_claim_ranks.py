"""How claims rank among those that speak of the same thing; tags keyed by day before value"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('claim_rank',
    sa.Column('claim_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('since_text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('rank', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('by_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('reason_en', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('reason_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['claim.id'], name=op.f('fk_claim_rank_by_id_claim')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_claim_rank_claim_id_claim')),
    sa.PrimaryKeyConstraint('claim_id', 'since', name=op.f('pk_claim_rank'))
    )
    key_tags_by('since', 'value')


def downgrade() -> None:
    key_tags_by('value', 'since')
    op.drop_table('claim_rank')


def key_tags_by(*last: str) -> None:
    with op.batch_alter_table('listing_tag', recreate='always') as batch_op:
        batch_op.drop_constraint(op.f('pk_listing_tag'), type_='primary')
        batch_op.create_primary_key(op.f('pk_listing_tag'), ['listing', 'item', 'parameter', *last])
