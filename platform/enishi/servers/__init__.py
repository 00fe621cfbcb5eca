"""The embedded servers and the small supervisor that runs them; knows no domain."""
