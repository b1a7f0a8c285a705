"""Ratings of claims against scenarios"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('rated_claim',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('claim_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('visible_from', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_rated_claim_claim_id_claim')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rated_claim')),
    sa.UniqueConstraint('claim_id', name=op.f('uq_rated_claim_claim_id'))
    )
    op.create_table('rating',
    sa.Column('rated_claim_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('scenario_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('value', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['rated_claim_id'], ['rated_claim.id'], name=op.f('fk_rating_rated_claim_id_rated_claim')),
    sa.ForeignKeyConstraint(['scenario_id'], ['scenario.id'], name=op.f('fk_rating_scenario_id_scenario')),
    sa.PrimaryKeyConstraint('rated_claim_id', 'scenario_id', name=op.f('pk_rating'))
    )


def downgrade() -> None:
    op.drop_table('rating')
    op.drop_table('rated_claim')
