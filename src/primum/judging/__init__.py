"""Rubric, offline judge, LLM judge."""
