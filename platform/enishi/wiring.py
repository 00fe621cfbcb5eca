"""What each domain declares to the layers below it, in one list.

Called by the web application and by the worker (which erases accounts, and loads no HTTP code).
"""

from enishi.accounts import consents, memberships, personal_data
from enishi.accounts import privacy as accounts_privacy
from enishi.audit import labels as audit_labels
from enishi.audit import service as audit
from enishi.audit import subjects as audit_subjects
from enishi.consultations import facts as consultations_facts
from enishi.consultations import labels as consultations_labels
from enishi.consultations import privacy as consultations_privacy
from enishi.consultations import subjects as consultations_subjects
from enishi.consultations.answers import queries as answers
from enishi.consultations.arguments import queries as arguments
from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import queries as landscape_runs
from enishi.consultations.participation import published_people, ties
from enishi.consultations.timeline import queries as timeline
from enishi.consultations.voting import routing
from enishi.consultations.voting import vote_sql as votes
from enishi.kit import files, line_breaks, page_cache, public_keys
from enishi.organisations import labels as organisations_labels
from enishi.organisations import privacy as organisations_privacy
from enishi.organisations import queries as organisations
from enishi.organisations import subjects as organisations_subjects
from enishi.places import queries as places
from enishi.programmes import facts as programmes_facts
from enishi.programmes import labels as programmes_labels
from enishi.programmes import privacy as programmes_privacy
from enishi.programmes import subjects as programmes_subjects
from enishi.programmes.applications import ties as programmes_ties
from enishi.programmes.listings.queries import public as programmes
from enishi.programmes.photographs import service as photographs
from enishi.relations import facts as relations_facts
from enishi.relations import labels as relations_labels
from enishi.relations import privacy as relations_privacy
from enishi.relations import queries as relations
from enishi.statistics import labels as statistics_labels
from enishi.statistics import privacy as statistics_privacy
from enishi.statistics.queries import cube_releases, dialogue_people, releases
from enishi.themes import labels as themes_labels
from enishi.themes import subjects as themes_subjects

PERSONAL_DATA = (
    accounts_privacy.PERSONAL_DATA,
    organisations_privacy.PERSONAL_DATA,
    consultations_privacy.PERSONAL_DATA,
    programmes_privacy.PERSONAL_DATA,
    relations_privacy.PERSONAL_DATA,
    statistics_privacy.PERSONAL_DATA,
)
AUDIT_ACTIONS = (
    organisations_labels.ACTIONS,
    consultations_labels.ACTIONS,
    programmes_labels.ACTIONS,
    relations_labels.ACTIONS,
    statistics_labels.ACTIONS,
    themes_labels.ACTIONS,
)
# Who acts in those that are recorded without an account.
AUDIT_ACTORS = (
    organisations_labels.ACTORS,
    consultations_labels.ACTORS,
    programmes_labels.ACTORS,
    relations_labels.ACTORS,
    statistics_labels.ACTORS,
)
# The names of what entries of the audit trail are about.
AUDIT_SUBJECTS = (
    organisations_subjects.SUBJECTS,
    consultations_subjects.SUBJECTS,
    programmes_subjects.SUBJECTS,
    themes_subjects.SUBJECTS,
)
# Tables that are appended to and never changed: triggers and missing privileges see to it.
APPEND_ONLY = (
    *consents.APPEND_ONLY,
    *audit.APPEND_ONLY,
    *consultations.APPEND_ONLY,
    *arguments.APPEND_ONLY,
    *answers.APPEND_ONLY,
    *timeline.APPEND_ONLY,
    *votes.APPEND_ONLY,
    *releases.APPEND_ONLY,
    *cube_releases.APPEND_ONLY,
    *public_keys.APPEND_ONLY,
)
# What statistics count.
FACT_SOURCES = (
    *consultations_facts.SOURCES,
    *programmes_facts.SOURCES,
    *relations_facts.SOURCES,
)


def register_all() -> None:
    """Register every declaration; idempotent."""
    memberships.set_reader(organisations.list_roles)
    published_people.set_reader(dialogue_people.find_dialogue_people)
    ties.set_reader(relations.is_registered)
    programmes_ties.set_reader(relations.is_registered)
    line_breaks.keep_whole(places.written_names)
    page_cache.set_sample_checks(consultations.has_samples, programmes.has_public_samples)
    files.register(photographs.PURPOSE)
    routing.set_priority_reader(landscape_runs.routing_weights)
    for declaration in PERSONAL_DATA:
        personal_data.register(declaration)
    for labels in AUDIT_ACTIONS:
        audit_labels.register(labels)
    for actors in AUDIT_ACTORS:
        audit_labels.register_actors(actors)
    for resolvers in AUDIT_SUBJECTS:
        audit_subjects.register(resolvers)
