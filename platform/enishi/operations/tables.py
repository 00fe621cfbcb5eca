from piccolo.columns import Timestamptz, Varchar
from piccolo.table import Table


class OperatorSignIn(Table, tablename="operations_sign_in"):
    """A sign-in link that has been used: its primary key lets each be used once."""

    id = Varchar(length=64, primary_key=True)
    used_at = Timestamptz(index=True)
