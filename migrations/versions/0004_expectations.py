"""Expectations"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0004'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('expectation',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('text_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('due', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('due_last', sa.Date(), nullable=False),
    sa.Column('announced_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('met_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('visible_from', sa.Date(), nullable=False),
    sa.Column('met_from', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['announced_id'], ['claim.id'], name=op.f('fk_expectation_announced_id_claim')),
    sa.ForeignKeyConstraint(['met_id'], ['claim.id'], name=op.f('fk_expectation_met_id_claim')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expectation'))
    )
    op.create_table('expectation_issue',
    sa.Column('expectation_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('issue_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['expectation_id'], ['expectation.id'], name=op.f('fk_expectation_issue_expectation_id_expectation')),
    sa.ForeignKeyConstraint(['issue_id'], ['issue.id'], name=op.f('fk_expectation_issue_issue_id_issue')),
    sa.PrimaryKeyConstraint('expectation_id', 'issue_id', name=op.f('pk_expectation_issue'))
    )


def downgrade() -> None:
    op.drop_table('expectation_issue')
    op.drop_table('expectation')
