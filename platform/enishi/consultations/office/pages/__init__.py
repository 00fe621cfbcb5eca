"""The office's pages of consultations."""

from enishi.consultations.office.pages import (
    answers,
    appeals,
    argument_texts,
    arguments,
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
    withdrawal,
)

HANDLERS = [
    *dialogue.HANDLERS,
    *parts.HANDLERS,
    *seeds.HANDLERS,
    *moves.HANDLERS,
    *moderation.HANDLERS,
    *appeals.HANDLERS,
    *withdrawal.HANDLERS,
    *paper.HANDLERS,
    *network_limits.HANDLERS,
    *participation.HANDLERS,
    *exports.HANDLERS,
    *landscape.HANDLERS,
    *arguments.HANDLERS,
    *argument_texts.HANDLERS,
    *answers.HANDLERS,
]
