"""The vocabulary of the domain: enumerations that its tables, forms and figures share."""

from enum import StrEnum


class Kind(StrEnum):
    """Kinds of consultation."""

    DIALOGUE = "dialogue"


class ComponentKind(StrEnum):
    """What a consultation may consist of: each has times and settings of its own."""

    STATEMENTS = "statements"
    OPINIONS = "opinions"


class PhaseKind(StrEnum):
    PREPARATION = "preparation"
    OPEN = "open"
    CLOSED = "closed"
    RESULT = "result"


class Eligibility(StrEnum):
    """Who is asked to answer. It is said, not policed: identity levels are counted beside it."""

    ANYONE = "anyone"
    RESIDENTS = "residents"
    RELATED = "related"
    ADDRESSED = "addressed"


class Moderation(StrEnum):
    AFTER = "after"
    BEFORE = "before"


class Channel(StrEnum):
    """The way somebody came by. Paper and telephone are entered by the office."""

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
    """What became of a statement or an opinion; only `accepted` is public."""

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
    AT_SOURCE = "at_source"  # moderated out before it was imported


class NameShown(StrEnum):
    NICKNAME = "nickname"
    ANONYMOUS = "anonymous"


class ActKind(StrEnum):
    STARTED = "participation.started"
    MERGED = "participation.merged"
    STATED = "statement.written"
    OPINED = "opinion.sent"
    # Of nobody in particular: how many times (`amount`) a page was shown since the last count.
    SHOWN = "dialogue.shown"
