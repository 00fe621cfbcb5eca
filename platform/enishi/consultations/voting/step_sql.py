"""The SQL of vote steps: reading the vote log, publishing totals, and the check of both.

The worker reads the log once, in one statement a run, and adds what changed to
`consultations_counted_votes` (current sums by channel) and `consultations_recent_voter` (the people
whose votes changed since the last step). A step copies the sums. The statement that writes votes
knows nothing of this.

Twenty people make a step because of what their votes are, not because they were touched: votes that
were left out and counted again, or moved from a guest to the account, leave the sums as they were,
and a step after them would show the votes of the few others. So a recent voter has a checksum of
the change: each vote adds its hash, each withdrawn one takes it away, and 0 means no change.
"""

from enishi.consultations.core import visibility
from enishi.consultations.core.kinds import Channel, ComponentKind

# All runs wait for this row, so each event is counted once.
LOCK = """
SELECT snapshot::text AS snapshot, pg_snapshot_xmin(snapshot)::text::bigint AS first,
    own_tx, own_id, cluster, (SELECT system_identifier::text FROM pg_control_system()) AS here
FROM consultations_vote_log_position FOR UPDATE
"""

_HASH = "coalesce(uuid_hash_extended(statement_id, {value}) >> 20, 0)"
# 44 bits: a person's sum stays below 64 bits for half a million votes. Two changes that add up to 0
# by chance, or by somebody's choice of own votes, only make a step wait.
_NOW, _BEFORE = (_HASH.format(value=each) for each in ("value", "previous"))

# The position afterwards: the snapshot of this very statement. Votes of the own transaction are in
# no snapshot, so the last event read of it is kept by its number.
_ADVANCE = """
UPDATE consultations_vote_log_position SET snapshot = pg_current_snapshot(),
    own_tx = pg_current_xact_id()::text::bigint, own_id = greatest(
        CASE WHEN own_tx = pg_current_xact_id()::text::bigint THEN own_id ELSE 0 END,
        (SELECT coalesce(max(own.id), 0) FROM consultations_vote_event own
            WHERE own.tx = pg_current_xact_id()::text::bigint)),
    cluster = (SELECT system_identifier::text FROM pg_control_system())
"""
# $1: no event below this transaction is unread; $2 to $4: the position. The foreign key of a recent
# voter locks the participant: in the order of the ids, as everything else that locks several.
READ = f"""
WITH unread AS MATERIALIZED (
    SELECT e.statement_id, e.participant_id, e.previous, e.value
    FROM consultations_vote_event e
    WHERE e.tx >= $1 AND e.previous IS DISTINCT FROM e.value
        AND CASE WHEN e.tx = $3 THEN e.id > $4
            ELSE NOT pg_visible_in_snapshot(e.tx::text::xid8, $2::text::pg_snapshot) END
), counted AS (
    INSERT INTO consultations_counted_votes AS t (statement_id, channel, agrees, disagrees, passes)
    SELECT e.statement_id, p.channel,
        sum((value IS NOT DISTINCT FROM 1)::int - (previous IS NOT DISTINCT FROM 1)::int),
        sum((value IS NOT DISTINCT FROM -1)::int - (previous IS NOT DISTINCT FROM -1)::int),
        sum((value IS NOT DISTINCT FROM 0)::int - (previous IS NOT DISTINCT FROM 0)::int)
    FROM unread e JOIN consultations_participant p ON p.id = e.participant_id
    GROUP BY e.statement_id, p.channel
    ON CONFLICT (statement_id, channel) DO UPDATE SET
        agrees = t.agrees + EXCLUDED.agrees,
        disagrees = t.disagrees + EXCLUDED.disagrees,
        passes = t.passes + EXCLUDED.passes
), noted AS (
    INSERT INTO consultations_recent_voter AS r
        (consultation_id, participant_id, change, is_public)
    SELECT p.consultation_id, p.id, sum({_NOW} - {_BEFORE}), bool_or(s.state = 'accepted')
    FROM unread e JOIN consultations_participant p ON p.id = e.participant_id
    JOIN consultations_statement s ON s.id = e.statement_id
    GROUP BY p.consultation_id, p.id ORDER BY p.id
    ON CONFLICT (consultation_id, participant_id) DO UPDATE SET
        change = r.change + EXCLUDED.change, is_public = r.is_public OR EXCLUDED.is_public
)
{_ADVANCE}
"""  # noqa: S608 (made of constants; every value is a parameter)
# Reading from the votes instead: at the first run, and in another cluster (a restored dump), whose
# transaction numbers say nothing here. $1: whether all voters are recent.
FORGET = "DELETE FROM consultations_counted_votes"
COUNT_ALL = f"""
WITH counted AS (
    INSERT INTO consultations_counted_votes (statement_id, channel, agrees, disagrees, passes)
    SELECT v.statement_id, p.channel, count(*) FILTER (WHERE v.value = 1),
        count(*) FILTER (WHERE v.value = -1), count(*) FILTER (WHERE v.value = 0)
    FROM consultations_vote v JOIN consultations_participant p ON p.id = v.participant_id
    GROUP BY v.statement_id, p.channel
), noted AS (
    INSERT INTO consultations_recent_voter (consultation_id, participant_id, change, is_public)
    SELECT p.consultation_id, p.id, sum({_NOW}), bool_or(s.state = 'accepted')
    FROM consultations_vote v JOIN consultations_participant p ON p.id = v.participant_id
    JOIN consultations_statement s ON s.id = v.statement_id
    WHERE $1 GROUP BY p.consultation_id, p.id ORDER BY p.id ON CONFLICT DO NOTHING
)
{_ADVANCE}
"""  # noqa: S608 (made of constants; every value is a parameter)

# $1 now, $2 the interval between steps, $3 the people of a step, $4 the interval before the close,
# $5 the time that votes need to arrive after it, $6 a consultation whose totals are published
# whatever they are (an import).
# A guest and the account that claimed it are one person. A close publishes few votes only if the
# step before it is as old as the quiet time: an office may close at any moment and open again.
_DUE = f"""
SELECT c.id, coalesce(latest.number, 0) + 1 AS number
FROM consultations_consultation c
JOIN consultations_component k ON k.consultation_id = c.id
LEFT JOIN LATERAL (
    SELECT v.number, v.taken_at FROM consultations_vote_step v
    WHERE v.consultation_id = c.id ORDER BY v.number DESC LIMIT 1
) latest ON true
WHERE {visibility.CONSULTATION} AND k.kind = '{ComponentKind.STATEMENTS}' AND k.opens_at <= $1
    AND (c.id = $6 OR (
        (latest.taken_at IS NULL OR latest.taken_at <= $1 - $2::interval)
        AND CASE
            WHEN k.closes_at + $5::interval <= $1
                AND (latest.taken_at IS NULL OR (latest.taken_at < k.closes_at + $5::interval
                    AND latest.taken_at <= $1 - $4::interval))
            THEN true
            WHEN k.closes_at - $4::interval <= $1 AND $1 < k.closes_at + $5::interval THEN false
            ELSE (SELECT count(*) FROM (SELECT FROM consultations_recent_voter r
                JOIN consultations_participant p ON p.id = r.participant_id
                WHERE r.consultation_id = c.id GROUP BY coalesce(p.merged_into, p.id)
                HAVING sum(r.change) <> 0 AND bool_or(r.is_public)) changed) >= $3
        END))
"""  # noqa: S608 (made of constants; every value is a parameter)
# Earlier steps are kept for a while: a file that is being sent goes on reading its own. $7 says
# how long.
TAKE = f"""
WITH due AS ({_DUE}), taken AS (
    INSERT INTO consultations_vote_step (consultation_id, number, taken_at)
    SELECT id, number, $1 FROM due RETURNING consultation_id
), summed AS (
    INSERT INTO consultations_vote_step_sum (consultation_id, number, statement_id,
        agrees, disagrees, passes, account_agrees, account_disagrees, account_passes,
        guest_agrees, guest_disagrees, guest_passes)
    SELECT due.id, due.number, s.id, coalesce(sum(t.agrees), 0), coalesce(sum(t.disagrees), 0),
        coalesce(sum(t.passes), 0), coalesce(sum(a.agrees), 0), coalesce(sum(a.disagrees), 0),
        coalesce(sum(a.passes), 0), coalesce(sum(g.agrees), 0), coalesce(sum(g.disagrees), 0),
        coalesce(sum(g.passes), 0)
    FROM due JOIN consultations_statement s ON s.consultation_id = due.id
    LEFT JOIN consultations_counted_votes t ON t.statement_id = s.id
    LEFT JOIN consultations_counted_votes a
        ON a.statement_id = s.id AND a.channel = t.channel AND a.channel = '{Channel.ACCOUNT}'
    LEFT JOIN consultations_counted_votes g
        ON g.statement_id = s.id AND g.channel = t.channel AND g.channel = '{Channel.GUEST}'
    GROUP BY due.id, due.number, s.id
), begun AS (
    DELETE FROM consultations_recent_voter r USING due WHERE r.consultation_id = due.id
), forgotten AS (
    DELETE FROM consultations_vote_step v USING due
    WHERE v.consultation_id = due.id AND v.number < due.number - 1
        AND v.taken_at < $1 - $7::interval
)
SELECT consultation_id FROM taken
"""  # noqa: S608 (made of constants; every value is a parameter)

# Statements whose counted votes differ from a recount at the same position: none, unless the code
# is wrong. Call it right after READ, in its unit of work and before other votes commit.
DRIFT = """
WITH recounted AS (
    SELECT v.statement_id, p.channel, count(*) FILTER (WHERE v.value = 1) AS agrees,
        count(*) FILTER (WHERE v.value = -1) AS disagrees,
        count(*) FILTER (WHERE v.value = 0) AS passes
    FROM consultations_vote v JOIN consultations_participant p ON p.id = v.participant_id
    GROUP BY v.statement_id, p.channel
)
SELECT statement_id, channel
FROM recounted r FULL JOIN consultations_counted_votes t USING (statement_id, channel)
WHERE (coalesce(r.agrees, 0), coalesce(r.disagrees, 0), coalesce(r.passes, 0))
    IS DISTINCT FROM (coalesce(t.agrees, 0), coalesce(t.disagrees, 0), coalesce(t.passes, 0))
"""
