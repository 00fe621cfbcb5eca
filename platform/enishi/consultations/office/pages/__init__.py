"""The office's pages of consultations."""

from enishi.consultations.office.pages import (
    comment_rules,
    dialogue,
    exports,
    landscape,
    moderation,
    moves,
    network_limits,
    paper,
    participation,
    parts,
    seeds,
    timeline,
    withdrawal,
)

HANDLERS = [
    *dialogue.HANDLERS,
    *parts.HANDLERS,
    *comment_rules.HANDLERS,
    *seeds.HANDLERS,
    *moves.HANDLERS,
    *moderation.HANDLERS,
    *withdrawal.HANDLERS,
    *timeline.HANDLERS,
    *paper.HANDLERS,
    *network_limits.HANDLERS,
    *participation.HANDLERS,
    *exports.HANDLERS,
    *landscape.HANDLERS,
]
