from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit import db

ID = "2026-11-23T07:27:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "votes, their log and their sums; indexes for the lists"

# Person first in the key: it serves the upsert and "my votes" with one index, and it is the
# column by which votes could be spread over several clusters.
FORWARDS = """
CREATE TABLE consultations_vote (
    participant_id uuid NOT NULL REFERENCES consultations_participant (id) ON DELETE CASCADE,
    statement_id uuid NOT NULL REFERENCES consultations_statement (id) ON DELETE RESTRICT,
    value smallint NOT NULL CONSTRAINT consultations_vote_value CHECK (value IN (-1, 0, 1)),
    cast_at timestamptz NOT NULL,
    PRIMARY KEY (participant_id, statement_id)
) WITH (fillfactor = 90);

CREATE TABLE consultations_vote_event (
    id bigint GENERATED ALWAYS AS IDENTITY (CACHE 64) PRIMARY KEY,
    participant_id uuid NOT NULL,
    statement_id uuid NOT NULL,
    previous smallint,
    value smallint CONSTRAINT consultations_vote_event_value CHECK (value IN (-1, 0, 1)),
    cast_at timestamptz NOT NULL
);

CREATE TABLE consultations_tally (
    statement_id uuid NOT NULL REFERENCES consultations_statement (id) ON DELETE CASCADE,
    slot smallint NOT NULL,
    agrees integer NOT NULL,
    disagrees integer NOT NULL,
    passes integer NOT NULL,
    PRIMARY KEY (statement_id, slot)
) WITH (fillfactor = 50);

CREATE INDEX consultations_vote_event_day ON consultations_vote_event USING brin (cast_at);
CREATE INDEX consultations_statement_list
    ON consultations_statement (consultation_id, state, number);
CREATE INDEX consultations_statement_author
    ON consultations_statement (author_id) WHERE author_id IS NOT NULL;
CREATE INDEX consultations_opinion_list ON consultations_opinion (consultation_id, state, id);
CREATE INDEX consultations_opinion_participant
    ON consultations_opinion (participant_id) WHERE participant_id IS NOT NULL;
CREATE INDEX consultations_participant_of
    ON consultations_participant (consultation_id, channel);
CREATE INDEX consultations_participant_link_of ON consultations_participant_link (consultation_id);
"""

BACKWARDS = """
DROP INDEX consultations_participant_link_of;
DROP INDEX consultations_participant_of;
DROP INDEX consultations_opinion_participant;
DROP INDEX consultations_opinion_list;
DROP INDEX consultations_statement_author;
DROP INDEX consultations_statement_list;
DROP TABLE consultations_tally;
DROP TABLE consultations_vote_event;
DROP TABLE consultations_vote;
"""


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="consultations", description=DESCRIPTION)

    async def run():
        await _each(FORWARDS)

    async def run_backwards():
        await _each(BACKWARDS)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager


async def _each(statements):
    for statement in filter(str.strip, statements.split(";\n")):
        await db.fetch(statement)
