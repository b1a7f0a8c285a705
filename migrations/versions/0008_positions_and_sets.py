"""Positions in the order of dates, and sets of them for every value of a filter"""

from alembic import op
import sqlalchemy as sa
import sqlmodel


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('listing_set',
    sa.Column('listing', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('parameter', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('value', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('positions', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('listing', 'parameter', 'value', name=op.f('pk_listing_set'))
    )
    with op.batch_alter_table('listing_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('position', sa.Integer(), nullable=False))
        batch_op.create_index('ix_listing_item_position', ['position'], unique=True)
        batch_op.create_index('ix_listing_item_ordinal', ['listing', 'ordinal'], unique=False)
    with op.batch_alter_table('release', schema=None) as batch_op:
        batch_op.add_column(sa.Column('settled', sa.Date(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('release', schema=None) as batch_op:
        batch_op.drop_column('settled')
    with op.batch_alter_table('listing_item', schema=None) as batch_op:
        batch_op.drop_index('ix_listing_item_ordinal')
        batch_op.drop_index('ix_listing_item_position')
        batch_op.drop_column('position')
    op.drop_table('listing_set')
