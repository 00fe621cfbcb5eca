from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from enishi.consultations.core.kinds import (
    ComponentKind,
    Eligibility,
    Kind,
    Moderation,
    NameRule,
    PhaseKind,
)


class Consultation(Table, tablename="consultations_consultation"):
    """One consultation of one organisation. Texts are LocalisedText documents."""

    id = UUID(primary_key=True)
    # References organisations_organisation: a migration adds the constraint.
    organisation_id = UUID(index=True)
    slug = Varchar(length=80, unique=True)
    kind = Varchar(length=30, choices=Kind, default=Kind.DIALOGUE)
    title = JSONB()
    problem = JSONB(null=True, default=None)
    decision = JSONB(null=True, default=None)
    can_change = JSONB(null=True, default=None)
    cannot_change = JSONB(null=True, default=None)
    who_may_answer = JSONB(null=True, default=None)
    eligibility = Varchar(length=20, choices=Eligibility, default=Eligibility.ANYONE)
    data_controller = JSONB(null=True, default=None)
    contact = Text(default="")
    # None until the organiser decides; publication requires it, and it is shown before any vote.
    votes_published = Boolean(null=True, default=None)
    # Whether people read before their first vote that the ballots will be published without names.
    # Not the same as votes_published: earlier texts promised the sums only.
    ballots_promised = Boolean(default=False)
    guests_allowed = Boolean(default=True)
    moderation = Varchar(length=10, choices=Moderation, default=Moderation.AFTER)
    # Of a public comment: the law or ordinance, the day of the notice in Japan, and why the period
    # is shorter than the rules demand. The texts are LocalisedText documents.
    legal_basis = JSONB(null=True, default=None)
    notice_on = Date(null=True, default=None)
    short_period_reason = JSONB(null=True, default=None)
    # By ordinance: the rules of its office (CommentRules) as they were when it was published.
    comment_rules = JSONB(null=True, default=None)
    # Sample content: each of its pages says so.
    is_sample = Boolean(default=False)
    # Dimensions of statistics: the slugs of national themes, separated by spaces, and the code of
    # the organising local government. Set on saving; copied to each participant on joining.
    theme_code = Text(default="")
    place_code = Varchar(length=6, default="")
    statement_count = Integer(default=0)
    version = Integer(default=1)
    published_at = Timestamptz(null=True, default=None, index=True)
    # Set when the office withdraws it after publication; the public reads the reason.
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_reason = JSONB(null=True, default=None)
    # When its result was published: an act, not a day of the plan. NULL until then.
    answered_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()
    updated_at = Timestamptz()

    consultations_consultation_withdrawn_has_reason = Check(
        "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)"
    )


class CommentRules(Table, tablename="consultations_comment_rules"):
    """How a local government asks for public comment: by its ordinance or its guideline."""

    id = UUID(primary_key=True)
    # References organisations_organisation: a migration adds the constraint.
    organisation_id = UUID(unique=True)
    # The name of the ordinance or the guideline: a LocalisedText document.
    basis = JSONB()
    # Days of a call, counted from the day of the notice.
    min_days = SmallInt()
    # A JSON list of SubmissionChannel.
    channels = JSONB()
    name_rule = Varchar(length=20, choices=NameRule)
    updated_at = Timestamptz()

    consultations_comment_rules_days = Check("min_days BETWEEN 1 AND 120")


class Phase(Table, tablename="consultations_phase"):
    """A phase of a consultation: [starts_at, ends_at), without end if `ends_at` is NULL."""

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.cascade)
    kind = Varchar(length=20, choices=PhaseKind)
    starts_at = Timestamptz()
    ends_at = Timestamptz(null=True, default=None)

    consultations_phase_once = Unique([consultation_id, kind])
    consultations_phase_has_length = Check("ends_at IS NULL OR starts_at < ends_at")


class Component(Table, tablename="consultations_component"):
    """One way to take part in a consultation, and when: [opens_at, closes_at).

    Without `opens_at` it is not open; without `closes_at` it stays open. `settings` depends on the
    kind: statements have `{"by_participants": bool}`, whether participants may add statements.
    """

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.cascade)
    kind = Varchar(length=20, choices=ComponentKind)
    opens_at = Timestamptz(null=True, default=None)
    closes_at = Timestamptz(null=True, default=None)
    settings = JSONB(default="{}")

    consultations_component_once = Unique([consultation_id, kind])
    consultations_component_has_length = Check("closes_at IS NULL OR opens_at < closes_at")


class ConsultationTheme(Table, tablename="consultations_theme"):
    """A theme that a consultation is about."""

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.cascade)
    # References themes_theme: a migration adds the constraint.
    theme_id = UUID(index=True)

    consultations_theme_once = Unique([consultation_id, theme_id])


class Change(Table, tablename="consultations_change"):
    """A change of the terms of a published consultation, which the public reads. Append only.

    `terms` maps each changed term to its JSON before and after; `number` counts from 1.
    """

    id = UUID(primary_key=True)
    consultation_id = ForeignKey(Consultation, on_delete=OnDelete.restrict)
    number = Integer()
    terms = JSONB()
    # Why, where the act needs a reason: a LocalisedText document.
    reason = JSONB(null=True, default=None)
    changed_at = Timestamptz()

    consultations_change_number_once = Unique([consultation_id, number])
