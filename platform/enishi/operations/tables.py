from piccolo.columns import Timestamptz, Varchar
from piccolo.table import Table


class OperatorSignIn(Table, tablename="operations_sign_in"):
    """A used sign-in link: the primary key refuses a second use."""

    id = Varchar(length=64, primary_key=True)
    used_at = Timestamptz(index=True)
