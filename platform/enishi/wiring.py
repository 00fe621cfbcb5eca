"""Who registers with whom, for every kind of process: each domain's declarations, in one list.

Called by the web application and by the worker (which erases, and may import no HTTP code).
"""

from enishi.accounts import personal_data, words
from enishi.accounts import privacy as accounts_privacy
from enishi.audit import queries as audit

PERSONAL_DATA = (accounts_privacy.PERSONAL_DATA,)
AUDIT_ACTIONS = (words.ACTIONS,)


def register_all() -> None:
    """May be called again; the last declaration of a domain wins."""
    for declaration in PERSONAL_DATA:
        personal_data.register(declaration)
    for labels in AUDIT_ACTIONS:
        audit.name_actions(labels)
