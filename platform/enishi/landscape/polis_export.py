"""A Polis export as the arrays of an analysis."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.landscape.engine import Engine
from enishi.landscape.engines import engine_for
from enishi.landscape.errors import ExportError
from enishi.landscape.polis_conversation import PolisConversation, Statement
from enishi.landscape.results import Moderation
from enishi.landscape.votes import Votes


@dataclass(frozen=True, slots=True)
class PolisExport:
    """The votes, and the attributes of their statements and participants.

    statements (m): those with at least one vote, as in Polis' own matrix. recorded (n,): group of
    each participant at export, -1 where none is recorded. unvoted: ids of statements without votes.
    voteless: ids of people in the files who never voted, such as authors. notes: remarks for the
    reader of the result.
    """

    name: str
    votes: Votes
    statements: list[Statement]
    moderation: Moderation
    recorded: npt.NDArray[np.int32]
    unvoted: list[int]
    voteless: list[int] = field(default_factory=list)
    notes: list[LazyText] = field(default_factory=list)


def as_export(conversation: PolisConversation, engine: Engine | None = None) -> PolisExport:
    """Sort the votes; None chooses as `engine_for`. Raises ExportError without votes."""
    cast = conversation.votes
    if not len(cast.values):
        raise ExportError(cast.file, 0, gettext_lazy("投票がありません。"))
    engine = engine or engine_for(len(cast.values))
    votes = Votes.from_events(cast.participants, cast.statements, cast.values, engine=engine)
    comments = conversation.statements
    ids = votes.statement_ids.tolist()
    notes = list(conversation.notes)
    unvoted = sorted(set(comments).difference(ids))
    if unvoted:
        notes.append(
            gettext_lazy("投票のない意見 %(count)d 件は計算に入りません。", count=len(unvoted))
        )
    voteless = sorted(set(conversation.people).difference(votes.participant_ids.tolist()))
    if voteless:
        notes.append(
            gettext_lazy("投票していない人 %(count)d 人は計算に入りません。", count=len(voteless))
        )
    statements = [comments.get(i, Statement(i)) for i in ids]
    groups: Any = [conversation.groups.get(i, -1) for i in votes.participant_ids.tolist()]
    return PolisExport(
        name=conversation.name,
        votes=votes,
        statements=statements,
        moderation=Moderation(
            np.array([s.moderated_out for s in statements], dtype=bool),
            np.array([s.meta for s in statements], dtype=bool),
        ),
        recorded=np.array(groups, dtype=np.int32),
        unvoted=unvoted,
        voteless=voteless,
        notes=notes,
    )
