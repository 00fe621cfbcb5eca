"""Reads of the consultations domain, by noun."""
