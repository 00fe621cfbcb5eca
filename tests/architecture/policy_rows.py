"""Who may reach each route. A new route needs a row here, and the application must agree.

The words are those of `enishi.accounts.access`; `member` stands for any role in the organisation
of the address, `member:editor` for the named role (owners have every role).
"""

ROWS: dict[str, str] = {
    # web
    "home:redirect": "public",
    "home:index": "public",
    "legal:terms": "public",
    "legal:privacy": "public",
    "legal:accessibility": "public",
    "files:read": "anyone",
    "health:alive": "public",
    "health:ready": "public",
    "health:metrics": "public",
    "static": "public",
    "styleguide:index": "public",
    "styleguide:question": "public",
}
