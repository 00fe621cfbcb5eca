"""The office's file of a consultation: all its opinions."""

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from enishi.accounts.access import CurrentActor
from enishi.consultations.core import queries as consultations
from enishi.consultations.office.pages.dialogue import EDITOR, ONE
from enishi.consultations.opinions import exports
from enishi.consultations.opinions import service as opinions
from enishi.kit.spreadsheets import MEDIA_TYPE
from enishi.organisations.access import CurrentOrganisation


@get(ONE + "/opinions.csv", name="office:opinions-file", access=EDITOR)
async def opinions_file(
    actor: CurrentActor, organisation: CurrentOrganisation, slug: FromPath[str]
) -> Stream:
    consultation = await consultations.get_for_office(organisation.id, slug)
    await opinions.record_export(actor, consultation)
    headers = {
        "content-disposition": f'attachment; filename="{slug}-opinions.csv"',
        "cache-control": "private, no-store",
    }
    return Stream(exports.opinion_lines(consultation.id), media_type=MEDIA_TYPE, headers=headers)


HANDLERS = [opinions_file]
