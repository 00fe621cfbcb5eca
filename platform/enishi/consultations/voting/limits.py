"""The rate limit of votes: a token bucket for each participant, in the memory of each process.

A bucket in the database would cost a write for each vote. A participant whose requests reach
several processes gets that many buckets, which is accepted: the limit stops scripts, and the
writer's queue protects the database.
"""

from enishi.kit.token_buckets import TokenBuckets

BURST = 120.0  # tokens of a full bucket
PER_SECOND = 3.0  # tokens added

votes = TokenBuckets(BURST, PER_SECOND)
