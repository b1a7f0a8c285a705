"""What a reading renders, when it is of, and what a condition ties it to"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('condition', schema=None) as batch_op:
        batch_op.add_column(sa.Column('scope', sqlmodel.sql.sqltypes.AutoString(), nullable=False))

    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.add_column(sa.Column('as_of_last', sa.Date(), nullable=False))
        batch_op.add_column(sa.Column('renders_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_reading_renders_id_source'), 'source', ['renders_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_reading_renders_id_source'), type_='foreignkey')
        batch_op.drop_column('renders_id')
        batch_op.drop_column('as_of_last')

    with op.batch_alter_table('condition', schema=None) as batch_op:
        batch_op.drop_column('scope')

