"""Who registers with whom, for every kind of process: each domain's declarations, in one list.

Called by the web application and by the worker (which erases, and may import no HTTP code).
"""

from enishi.accounts import labels as words
from enishi.accounts import personal_data
from enishi.accounts import privacy as accounts_privacy
from enishi.audit import labels as audit_labels
from enishi.consultations import facts as consultations_facts
from enishi.consultations import labels as consultations_labels
from enishi.consultations import privacy as consultations_privacy
from enishi.programmes import facts as programmes_facts
from enishi.programmes import labels as programmes_labels
from enishi.programmes import privacy as programmes_privacy
from enishi.relations import facts as relations_facts
from enishi.relations import labels as relations_labels
from enishi.relations import privacy as relations_privacy
from enishi.statistics import labels as statistics_labels
from enishi.statistics import privacy as statistics_privacy
from enishi.themes import labels as themes_labels

PERSONAL_DATA = (
    accounts_privacy.PERSONAL_DATA,
    consultations_privacy.PERSONAL_DATA,
    programmes_privacy.PERSONAL_DATA,
    relations_privacy.PERSONAL_DATA,
    statistics_privacy.PERSONAL_DATA,
)
AUDIT_ACTIONS = (
    words.ACTIONS,
    consultations_labels.ACTIONS,
    programmes_labels.ACTIONS,
    relations_labels.ACTIONS,
    statistics_labels.ACTIONS,
    themes_labels.ACTIONS,
)
# What statistics count.
FACT_SOURCES = (
    *consultations_facts.SOURCES,
    *programmes_facts.SOURCES,
    *relations_facts.SOURCES,
)


def register_all() -> None:
    """May be called again; the last declaration of a domain wins."""
    for declaration in PERSONAL_DATA:
        personal_data.register(declaration)
    for labels in AUDIT_ACTIONS:
        audit_labels.register(labels)
