"""The tables of a release"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('area',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('name_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('question_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('question_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area'))
    )
    op.create_table('claim',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('attribution', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('happened', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('reported', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('visible_from', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim'))
    )
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_visible_from'), ['visible_from'], unique=False)

    op.create_table('condition',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('scope', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_condition'))
    )
    op.create_table('development',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('title_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('title_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('happened', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('happened_first', sa.Date(), nullable=False),
    sa.Column('happened_last', sa.Date(), nullable=False),
    sa.Column('visible_from', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_development'))
    )
    op.create_table('driver',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('name_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('description_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('description_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_driver'))
    )
    op.create_table('figure',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('name_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('description_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('description_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('unit', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('currency', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figure'))
    )
    op.create_table('issue',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('name_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('question_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('question_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue'))
    )
    op.create_table('listing_item',
    sa.Column('listing', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('item', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('visible_from', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('listing', 'item', name=op.f('pk_listing_item'))
    )
    with op.batch_alter_table('listing_item', schema=None) as batch_op:
        batch_op.create_index('ix_listing_item_date', ['listing', 'first', 'ordinal'], unique=False)

    op.create_table('listing_tag',
    sa.Column('listing', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('item', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('parameter', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('value', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('listing', 'item', 'parameter', 'value', 'since', name=op.f('pk_listing_tag'))
    )
    with op.batch_alter_table('listing_tag', schema=None) as batch_op:
        batch_op.create_index('ix_listing_tag_value', ['listing', 'parameter', 'value', 'item'], unique=False)

    op.create_table('measure',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('definition_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('definition_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure'))
    )
    op.create_table('party',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('role_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('role_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_party'))
    )
    op.create_table('release',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('compiled', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release'))
    )
    op.create_table('scenario',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('name_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('definition_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('definition_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('condition_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('condition_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('start', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('horizon', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scenario'))
    )
    op.create_table('source',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('title_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('title_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('publisher_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('publisher_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('published', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('published_first', sa.Date(), nullable=False),
    sa.Column('published_last', sa.Date(), nullable=False),
    sa.Column('published_basis_en', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('published_basis_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('visible_from', sa.Date(), nullable=False),
    sa.Column('access', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('url', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('relays_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('reliability', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('basis_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('basis_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('note_en', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('note_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.ForeignKeyConstraint(['relays_id'], ['source.id'], name=op.f('fk_source_relays_id_source')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source'))
    )
    op.create_table('term',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('term_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('term_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('definition_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('definition_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('caution_en', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('caution_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_term'))
    )
    op.create_table('claim_relation',
    sa.Column('claim_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('other_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_claim_relation_claim_id_claim')),
    sa.ForeignKeyConstraint(['other_id'], ['claim.id'], name=op.f('fk_claim_relation_other_id_claim')),
    sa.PrimaryKeyConstraint('claim_id', 'kind', 'other_id', name=op.f('pk_claim_relation'))
    )
    with op.batch_alter_table('claim_relation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_relation_other_id'), ['other_id'], unique=False)

    op.create_table('claim_standing',
    sa.Column('claim_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('since_text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('by_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('reason_en', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('reason_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['claim.id'], name=op.f('fk_claim_standing_by_id_claim')),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_claim_standing_claim_id_claim')),
    sa.PrimaryKeyConstraint('claim_id', 'since', name=op.f('pk_claim_standing'))
    )
    op.create_table('development_claim',
    sa.Column('development_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('claim_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_development_claim_claim_id_claim')),
    sa.ForeignKeyConstraint(['development_id'], ['development.id'], name=op.f('fk_development_claim_development_id_development')),
    sa.PrimaryKeyConstraint('development_id', 'ordinal', name=op.f('pk_development_claim'))
    )
    with op.batch_alter_table('development_claim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_development_claim_claim_id'), ['claim_id'], unique=False)

    op.create_table('driver_issue',
    sa.Column('driver_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('issue_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['driver_id'], ['driver.id'], name=op.f('fk_driver_issue_driver_id_driver')),
    sa.ForeignKeyConstraint(['issue_id'], ['issue.id'], name=op.f('fk_driver_issue_issue_id_issue')),
    sa.PrimaryKeyConstraint('driver_id', 'issue_id', name=op.f('pk_driver_issue'))
    )
    op.create_table('evidence',
    sa.Column('claim_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('source_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('locator', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('stance', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('credibility', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('wording', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('wording_language', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_evidence_claim_id_claim')),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_evidence_source_id_source')),
    sa.PrimaryKeyConstraint('claim_id', 'ordinal', name=op.f('pk_evidence'))
    )
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_source_id'), ['source_id'], unique=False)

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
    op.create_table('impact',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('scenario_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('area_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('direction', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('strength', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('horizon', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('firmness', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('bearer_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('bearer_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reasoning_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reasoning_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('visible_from', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_impact_area_id_area')),
    sa.ForeignKeyConstraint(['scenario_id'], ['scenario.id'], name=op.f('fk_impact_scenario_id_scenario')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_impact'))
    )
    op.create_table('issue_party',
    sa.Column('issue_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('party_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['issue_id'], ['issue.id'], name=op.f('fk_issue_party_issue_id_issue')),
    sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_issue_party_party_id_party')),
    sa.PrimaryKeyConstraint('issue_id', 'party_id', name=op.f('pk_issue_party'))
    )
    op.create_table('issue_standing',
    sa.Column('issue_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('development_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sentence_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sentence_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['development_id'], ['development.id'], name=op.f('fk_issue_standing_development_id_development')),
    sa.ForeignKeyConstraint(['issue_id'], ['issue.id'], name=op.f('fk_issue_standing_issue_id_issue')),
    sa.PrimaryKeyConstraint('issue_id', 'development_id', name=op.f('pk_issue_standing'))
    )
    op.create_table('locator',
    sa.Column('source_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('gist_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('gist_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_locator_source_id_source')),
    sa.PrimaryKeyConstraint('source_id', 'id', name=op.f('pk_locator'))
    )
    op.create_table('overall_standing',
    sa.Column('development_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sentence_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sentence_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['development_id'], ['development.id'], name=op.f('fk_overall_standing_development_id_development')),
    sa.PrimaryKeyConstraint('development_id', name=op.f('pk_overall_standing'))
    )
    op.create_table('position',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('issue_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('party_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('claim_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('since_text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until_text', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('until', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_position_claim_id_claim')),
    sa.ForeignKeyConstraint(['issue_id'], ['issue.id'], name=op.f('fk_position_issue_id_issue')),
    sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_position_party_id_party')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_position'))
    )
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_position_issue_id'), ['issue_id'], unique=False)

    op.create_table('reading',
    sa.Column('figure_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('claim_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('locator', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('value', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('upper', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('bound', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('measure_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('condition_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('as_of', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('as_of_first', sa.Date(), nullable=False),
    sa.Column('as_of_last', sa.Date(), nullable=False),
    sa.Column('literal', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('literal_language', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('renders_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('visible_from', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_reading_claim_id_claim')),
    sa.ForeignKeyConstraint(['condition_id'], ['condition.id'], name=op.f('fk_reading_condition_id_condition')),
    sa.ForeignKeyConstraint(['figure_id'], ['figure.id'], name=op.f('fk_reading_figure_id_figure')),
    sa.ForeignKeyConstraint(['measure_id'], ['measure.id'], name=op.f('fk_reading_measure_id_measure')),
    sa.ForeignKeyConstraint(['renders_id'], ['source.id'], name=op.f('fk_reading_renders_id_source')),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_reading_source_id_source')),
    sa.PrimaryKeyConstraint('figure_id', 'id', name=op.f('pk_reading'))
    )
    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reading_claim_id'), ['claim_id'], unique=False)

    op.create_table('scenario_standing',
    sa.Column('scenario_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('development_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['development_id'], ['development.id'], name=op.f('fk_scenario_standing_development_id_development')),
    sa.ForeignKeyConstraint(['scenario_id'], ['scenario.id'], name=op.f('fk_scenario_standing_scenario_id_scenario')),
    sa.PrimaryKeyConstraint('scenario_id', 'development_id', name=op.f('pk_scenario_standing'))
    )
    op.create_table('signpost',
    sa.Column('scenario_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('text_en', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text_fr', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('seen_claim_id', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('seen_text', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('visible_from', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['scenario_id'], ['scenario.id'], name=op.f('fk_signpost_scenario_id_scenario')),
    sa.ForeignKeyConstraint(['seen_claim_id'], ['claim.id'], name=op.f('fk_signpost_seen_claim_id_claim')),
    sa.PrimaryKeyConstraint('scenario_id', 'id', name=op.f('pk_signpost'))
    )
    op.create_table('term_claim',
    sa.Column('term_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('claim_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_term_claim_claim_id_claim')),
    sa.ForeignKeyConstraint(['term_id'], ['term.id'], name=op.f('fk_term_claim_term_id_term')),
    sa.PrimaryKeyConstraint('term_id', 'ordinal', name=op.f('pk_term_claim'))
    )
    op.create_table('term_form',
    sa.Column('term_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('form', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['term_id'], ['term.id'], name=op.f('fk_term_form_term_id_term')),
    sa.PrimaryKeyConstraint('term_id', 'language', 'form', name=op.f('pk_term_form'))
    )
    op.create_table('expectation_issue',
    sa.Column('expectation_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('issue_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['expectation_id'], ['expectation.id'], name=op.f('fk_expectation_issue_expectation_id_expectation')),
    sa.ForeignKeyConstraint(['issue_id'], ['issue.id'], name=op.f('fk_expectation_issue_issue_id_issue')),
    sa.PrimaryKeyConstraint('expectation_id', 'issue_id', name=op.f('pk_expectation_issue'))
    )
    op.create_table('impact_claim',
    sa.Column('impact_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('claim_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_impact_claim_claim_id_claim')),
    sa.ForeignKeyConstraint(['impact_id'], ['impact.id'], name=op.f('fk_impact_claim_impact_id_impact')),
    sa.PrimaryKeyConstraint('impact_id', 'ordinal', name=op.f('pk_impact_claim'))
    )
    with op.batch_alter_table('impact_claim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_impact_claim_claim_id'), ['claim_id'], unique=False)

    op.execute(
        "CREATE VIRTUAL TABLE listing_text USING fts5("
        "listing UNINDEXED, item UNINDEXED, en, fr, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')"
    )


def downgrade() -> None:
    op.execute("DROP TABLE listing_text")
    with op.batch_alter_table('impact_claim', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_impact_claim_claim_id'))

    op.drop_table('impact_claim')
    op.drop_table('expectation_issue')
    op.drop_table('term_form')
    op.drop_table('term_claim')
    op.drop_table('signpost')
    op.drop_table('scenario_standing')
    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reading_claim_id'))

    op.drop_table('reading')
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_position_issue_id'))

    op.drop_table('position')
    op.drop_table('overall_standing')
    op.drop_table('locator')
    op.drop_table('issue_standing')
    op.drop_table('issue_party')
    op.drop_table('impact')
    op.drop_table('expectation')
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_source_id'))

    op.drop_table('evidence')
    op.drop_table('driver_issue')
    with op.batch_alter_table('development_claim', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_development_claim_claim_id'))

    op.drop_table('development_claim')
    op.drop_table('claim_standing')
    with op.batch_alter_table('claim_relation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_claim_relation_other_id'))

    op.drop_table('claim_relation')
    op.drop_table('term')
    op.drop_table('source')
    op.drop_table('scenario')
    op.drop_table('release')
    op.drop_table('party')
    op.drop_table('measure')
    with op.batch_alter_table('listing_tag', schema=None) as batch_op:
        batch_op.drop_index('ix_listing_tag_value')

    op.drop_table('listing_tag')
    with op.batch_alter_table('listing_item', schema=None) as batch_op:
        batch_op.drop_index('ix_listing_item_date')

    op.drop_table('listing_item')
    op.drop_table('issue')
    op.drop_table('figure')
    op.drop_table('driver')
    op.drop_table('development')
    op.drop_table('condition')
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_claim_visible_from'))

    op.drop_table('claim')
    op.drop_table('area')
