"""The personal data of this domain: export, and erasure with an account.

All data refers to a participant, a random id. Erasure deletes the row that links it to the account;
votes stay, anonymous, so that sums do not change.
"""

import uuid
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from enishi.accounts.personal_data import Column, Fate, PersonalData
from enishi.consultations.moderation import queries as moderation
from enishi.consultations.opinions import queries as opinions
from enishi.consultations.participation import activity_log
from enishi.consultations.participation import queries as participants
from enishi.consultations.voting import queries as statements
from enishi.kit import db
from enishi.kit.i18n import gettext_lazy
from enishi.kit.pagination import each_page

_LINK = gettext_lazy("一つの対話で一人一票とし、後から変えられるようにするため")
_VOTES = gettext_lazy("投票を数え、意見の地図を作るため")
_PLACED = gettext_lazy("意見の地図での位置を、本人にだけ見せるため")
_WAITING = gettext_lazy("意見の地図をいつ計算し直すかを決めるため")
_COUNT = gettext_lazy("参加した人の数を、だれかを示さずに数えるため")
_SPEECH = gettext_lazy("書いた人が状態を確かめ、変えられるようにするため")
_NAME = gettext_lazy("希望した人のニックネームを見せるため")
_TWO_PEOPLE = gettext_lazy("公式の回答を、二人以上が確かめたことを示すため")
_KEPT_PROOF = gettext_lazy(
    "だれのものか分からない無作為の番号だけが残ります。別の人が決裁したことの証拠になるためです。"
)
_REPORT = gettext_lazy("同じ書き込みの通報を一人一回とするため")
_DECISION = gettext_lazy("異議を、非表示にした人とは別の担当者が決めるため")
_MASKED = gettext_lazy("書き込みの一部を隠した担当者を確かめられるようにするため")
_KEPT = gettext_lazy("だれのものか分からない無作為の番号だけが残ります。合計を変えないためです。")

_COLUMNS = {
    "consultations_participant_link.account_id": Column(Fate.ERASED, _LINK),
    "consultations_participant_link.participant_id": Column(Fate.ERASED, _LINK),
    "consultations_participant.id": Column(Fate.KEPT, _VOTES, _KEPT),
    "consultations_vote.participant_id": Column(Fate.KEPT, _VOTES, _KEPT),
    "consultations_vote_event.participant_id": Column(Fate.KEPT, _VOTES, _KEPT),
    "consultations_set_aside_vote.participant_id": Column(Fate.KEPT, _VOTES, _KEPT),
    "consultations_recent_voter.participant_id": Column(Fate.KEPT, _VOTES, _KEPT),
    "consultations_landscape_part.participants": Column(Fate.KEPT, _PLACED, _KEPT),
    "consultations_landscape_waiting.participant_id": Column(Fate.KEPT, _WAITING, _KEPT),
    "consultations_act.participant_id": Column(Fate.CUT, _COUNT),
    "consultations_statement.author_id": Column(Fate.CUT, _SPEECH),
    "consultations_opinion.participant_id": Column(Fate.CUT, _SPEECH),
    "consultations_report.reporter_id": Column(Fate.CUT, _REPORT),
    "consultations_hiding.hidden_by": Column(Fate.CUT, _DECISION),
    "consultations_hiding.decided_by": Column(Fate.CUT, _DECISION),
    "consultations_masking.masked_by": Column(Fate.CUT, _MASKED),
    "consultations_opinion.nickname": Column(Fate.ERASED, _NAME),
    "consultations_answer_draft.drafted_by": Column(Fate.KEPT, _TWO_PEOPLE, _KEPT_PROOF),
    "consultations_answer_approval.drafted_by": Column(Fate.KEPT, _TWO_PEOPLE, _KEPT_PROOF),
    "consultations_answer_approval.approved_by": Column(Fate.KEPT, _TWO_PEOPLE, _KEPT_PROOF),
    "consultations_answer_approval.by_one_person": Column(Fate.KEPT, _TWO_PEOPLE, _KEPT_PROOF),
    "consultations_answer_publication.published_by": Column(Fate.KEPT, _TWO_PEOPLE, _KEPT_PROOF),
    "consultations_answer_publication.cancelled_by": Column(Fate.KEPT, _TWO_PEOPLE, _KEPT_PROOF),
}


async def _export(account_id: uuid.UUID) -> AsyncIterator[tuple[str, Any]]:
    async for reports in each_page(partial(moderation.list_own_reports, account_id)):
        for report in reports:
            yield "reports", report.model_dump(mode="json")
    for consultation_id, participant_id in await participants.list_of_account(account_id):
        consultation = str(consultation_id)
        for statement_id, value in (await statements.votes_of(participant_id)).items():
            yield "votes", {"dialogue": consultation, "statement": str(statement_id), "vote": value}
        async for rows in each_page(partial(statements.list_own, participant_id)):
            for statement in rows:
                yield "statements", {"dialogue": consultation, **statement.model_dump(mode="json")}
        async for own in each_page(partial(opinions.list_own, participant_id)):
            for opinion in own:
                yield "opinions", opinion.model_dump(mode="json")


_ERASE = (
    """
    UPDATE consultations_opinion SET nickname = '', name_shown = 'anonymous', participant_id = NULL
    WHERE participant_id = ANY ($1)
    """,
    "UPDATE consultations_statement SET author_id = NULL WHERE author_id = ANY ($1)",
    "DELETE FROM consultations_participant_link WHERE participant_id = ANY ($1)",
)


_CUT = (
    "UPDATE consultations_report SET reporter_id = NULL WHERE reporter_id = $1",
    "UPDATE consultations_hiding SET hidden_by = NULL WHERE hidden_by = $1",
    "UPDATE consultations_hiding SET decided_by = NULL WHERE decided_by = $1",
    "UPDATE consultations_masking SET masked_by = NULL WHERE masked_by = $1",
)


async def _erase(account_id: uuid.UUID) -> None:
    async with db.unit_of_work():
        for statement in _CUT:
            await db.execute(statement, account_id)
        own = [each for _, each in await participants.list_of_account(account_id)]
        await activity_log.unlink(own)
        for statement in _ERASE:
            await db.fetch(statement, own)
    participants.invalidate()


PERSONAL_DATA = PersonalData(
    domain="consultations",
    title=gettext_lazy("対話"),
    columns=_COLUMNS,
    export=_export,
    erase=_erase,
)
