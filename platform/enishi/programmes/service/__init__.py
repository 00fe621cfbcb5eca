"""Writes of the programmes domain, by noun: listings, sessions, applications, attendance."""
