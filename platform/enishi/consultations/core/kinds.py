"""Enumerations that the tables, forms and statistics of consultations share."""

from enum import StrEnum


class Kind(StrEnum):
    """The kind of a consultation. It decides which acts exist; see `acts`."""

    DIALOGUE = "dialogue"
    # 行政手続法 chapter 6: for bodies of the state only.
    PUBLIC_COMMENT_ACT = "public_comment_act"
    # By the ordinance or the guideline of a local government.
    PUBLIC_COMMENT_ORDINANCE = "public_comment_ordinance"
    IDEA_CALL = "idea_call"

    @property
    def is_public_comment(self) -> bool:
        return self in (Kind.PUBLIC_COMMENT_ACT, Kind.PUBLIC_COMMENT_ORDINANCE)


class ComponentKind(StrEnum):
    """The ways to take part in a consultation; each component has its own times and settings."""

    STATEMENTS = "statements"
    OPINIONS = "opinions"


class PhaseKind(StrEnum):
    PREPARATION = "preparation"
    OPEN = "open"
    CLOSED = "closed"
    RESULT = "result"


class Eligibility(StrEnum):
    """The people that the organiser asks. Shown, not enforced: statistics count identity levels."""

    ANYONE = "anyone"
    RESIDENTS = "residents"
    RELATED = "related"
    ADDRESSED = "addressed"


class SubmissionChannel(StrEnum):
    """A way in which a local government's rules accept opinions. This site is always one."""

    SITE = "site"
    POST = "post"
    FAX = "fax"
    MAIL = "mail"
    COUNTER = "counter"


class NameRule(StrEnum):
    """Whether an opinion that comes on paper needs its author's name.

    This site stores no civil names: what it accepts needs none.
    """

    NOT_NEEDED = "not_needed"
    ON_PAPER = "on_paper"


class Moderation(StrEnum):
    AFTER = "after"
    BEFORE = "before"


class Channel(StrEnum):
    """How a participant takes part. The office enters paper and telephone."""

    ACCOUNT = "account"
    GUEST = "guest"
    PAPER = "paper"
    PHONE = "phone"
    IMPORT = "import"


class Origin(StrEnum):
    CITIZEN = "citizen"
    SEED = "seed"
    IMPORT = "import"


class State(StrEnum):
    """The moderation state of a statement or an opinion; only `accepted` is public."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


class HiddenReason(StrEnum):
    PERSONAL_DATA = "personal_data"
    INSULT = "insult"
    DISCRIMINATION = "discrimination"
    ADVERTISEMENT = "advertisement"
    OFF_TOPIC = "off_topic"
    DUPLICATE = "duplicate"
    RIGHTS = "rights"
    OTHER = "other"
    AT_SOURCE = "at_source"  # hidden by the moderators of the imported conversation


class NameShown(StrEnum):
    NICKNAME = "nickname"
    ANONYMOUS = "anonymous"


class ActKind(StrEnum):
    """The kinds of entry in the activity log (consultations_act)."""

    STARTED = "participation.started"
    MERGED = "participation.merged"
    # A guest that the office left out of the counts, and counted again.
    SET_ASIDE = "participation.set_aside"
    TAKEN_BACK = "participation.taken_back"
    STATED = "statement.written"
    OPINED = "opinion.sent"
    # Without a participant: how often (`amount`) a page was shown since the last flush.
    SHOWN = "dialogue.shown"


class Outcome(StrEnum):
    """What the office does with an argument."""

    MODIFIED = "modified"
    PARTLY = "partly"
    INCLUDED = "included"
    REFERENCE = "reference"
    DIFFICULT = "difficult"
    OUT_OF_SCOPE = "out_of_scope"


class Stage(StrEnum):
    """How far the newest draft of an answer has come; NONE before the first."""

    NONE = "none"
    DRAFT = "draft"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"


class StepKind(StrEnum):
    """The steps of a consultation, in their order (募集 → 整理 → 回答 → 決定 → 実施 → 検証)."""

    CALL = "call"
    SORTING = "sorting"
    ANSWER = "answer"
    DECISION = "decision"
    IMPLEMENTATION = "implementation"
    VERIFICATION = "verification"

    @property
    def is_recorded(self) -> bool:
        """Whether an office records by hand that it is done.

        The call ends by its days, and an answer is done when a result is published.
        """
        return self not in (StepKind.CALL, StepKind.ANSWER)


class StepActKind(StrEnum):
    PLANNED = "planned"
    DONE = "done"
