"""Downloads from the file store, authorised by the domain that owns the file."""

import uuid

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import File

from enishi.accounts.access import ANYONE
from enishi.kit import files

_FOR_GOOD = "public, max-age=31536000, immutable"


@get("/files/{public_id:str}", name="files:read", access=ANYONE, include_in_schema=False)
async def read_file(public_id: FromPath[str], actor_id: NamedDependency[uuid.UUID | None]) -> File:
    file, path, inline = await files.open_for(public_id, actor_id)
    return File(
        path=path,
        filename=file.name,
        media_type=file.media_type,
        content_disposition_type="inline" if inline else "attachment",
        # An uploaded file must not run or load anything, whatever it contains.
        headers={
            "content-security-policy": "sandbox; default-src 'none'",
            **({"cache-control": _FOR_GOOD} if await files.may_be_cached(file) else {}),
        },
    )
