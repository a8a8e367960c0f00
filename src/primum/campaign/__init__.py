"""Protocols, plan, rounds, execution, progress."""
