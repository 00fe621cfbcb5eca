from piccolo.columns import JSONB, UUID, Text, Timestamptz, Varchar
from piccolo.table import Table


class AuditEntry(Table, tablename="audit_entry"):
    """One act of one actor, written in the transaction of the act. Append only."""

    id = UUID(primary_key=True)
    actor_id = UUID(null=True, default=None, index=True)
    organisation_id = UUID(null=True, default=None, index=True)
    action = Varchar(length=100, index=True)
    subject_kind = Varchar(length=50)
    subject_id = Text()
    data = JSONB()
    request_id = Varchar(length=64, default="")
    recorded_at = Timestamptz(index=True)
