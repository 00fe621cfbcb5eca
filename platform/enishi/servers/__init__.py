"""The embedded servers and the supervisor that runs them. Imports no domain (a contract)."""
