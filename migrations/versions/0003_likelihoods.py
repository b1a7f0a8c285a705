"""The likelihood that somebody gives an impact"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0003'
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('impact_likelihood',
    sa.Column('impact_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('word', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('author_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('author_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('estimated', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('basis_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('basis_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('visible_from', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['impact_id'], ['impact.id'], name=op.f('fk_impact_likelihood_impact_id_impact')),
    sa.PrimaryKeyConstraint('impact_id', name=op.f('pk_impact_likelihood'))
    )


def downgrade() -> None:
    op.drop_table('impact_likelihood')
