"""Files of a dialogue: its statements for everybody, its opinions for its office."""

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from enishi.accounts.access import PUBLIC, CurrentActor
from enishi.accounts.schemas import Role
from enishi.consultations import exports
from enishi.consultations.office_pages import ONE
from enishi.consultations.queries import dialogues
from enishi.consultations.service import opinions
from enishi.kit.spreadsheets import MEDIA_TYPE
from enishi.organisations.access import CurrentOrganisation, member


@get("/dialogues/{slug:str}/statements.csv", name="dialogues:statements-file", access=PUBLIC)
async def statements_file(slug: FromPath[str]) -> Stream:
    dialogue = await dialogues.get_public(slug)
    headers = {
        "content-disposition": f'attachment; filename="{slug}-statements.csv"',
        "cache-control": "public, max-age=60",
    }
    return Stream(exports.statement_lines(dialogue.id), media_type=MEDIA_TYPE, headers=headers)


@get(
    ONE + "/opinions.csv",
    name="office:opinions-file",
    access=member(Role.EDITOR, Role.MODERATOR, Role.ANALYST),
)
async def opinions_file(
    actor: CurrentActor, organisation: CurrentOrganisation, slug: FromPath[str]
) -> Stream:
    dialogue = await dialogues.get_for_office(organisation.id, slug)
    await opinions.record_export(actor, dialogue)
    headers = {
        "content-disposition": f'attachment; filename="{slug}-opinions.csv"',
        "cache-control": "private, no-store",
    }
    return Stream(exports.opinion_lines(dialogue.id), media_type=MEDIA_TYPE, headers=headers)


HANDLERS = [statements_file, opinions_file]
