"""Controlled edits of a scenario."""
