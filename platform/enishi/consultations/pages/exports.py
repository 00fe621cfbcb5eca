"""The public file of a consultation: its statements with their sums."""

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from enishi.accounts.access import PUBLIC
from enishi.consultations.core import queries as consultations
from enishi.consultations.voting import exports
from enishi.kit.spreadsheets import MEDIA_TYPE


@get("/dialogues/{slug:str}/statements.csv", name="dialogues:statements-file", access=PUBLIC)
async def statements_file(slug: FromPath[str]) -> Stream:
    consultation = await consultations.get_public(slug)
    headers = {
        "content-disposition": f'attachment; filename="{slug}-statements.csv"',
        "cache-control": "public, max-age=60",
    }
    return Stream(exports.statement_lines(consultation.id), media_type=MEDIA_TYPE, headers=headers)


HANDLERS = [statements_file]
