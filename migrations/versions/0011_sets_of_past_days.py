"""What changes from day to day in the sets of the lists"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0011"
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('listing_change',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('whole', sa.Boolean(), nullable=False),
    sa.Column('listing', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('parameter', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('value', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('positions', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'whole', 'listing', 'parameter', 'value', name=op.f('pk_listing_change'))
    )


def downgrade() -> None:
    op.drop_table('listing_change')
