"""Personal data of statistics: a hashed key on facts; erasure cuts the key and keeps the fact."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

from enishi.accounts.personal_data import Column, Fate, PersonalData
from enishi.kit.i18n import gettext_lazy
from enishi.statistics.service import facts

_COUNT = gettext_lazy("同じ人を二度数えずに、参加した人の数を数えるため")


async def _export(_: uuid.UUID) -> AsyncIterator[tuple[str, Any]]:
    """Exports nothing: every act is exported by the domain that holds its log."""
    nothing: tuple[tuple[str, Any], ...] = ()
    for each in nothing:
        yield each


PERSONAL_DATA = PersonalData(
    domain="statistics",
    title=gettext_lazy("統計"),
    columns={
        "statistics_fact.person_key": Column(Fate.CUT, _COUNT),
        "statistics_person_day.person_key": Column(Fate.CUT, _COUNT),
        "statistics_person_first.person_key": Column(Fate.CUT, _COUNT),
    },
    export=_export,
    erase=facts.cut_person,
)
