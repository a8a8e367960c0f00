"""Clinician review: who looks at what, blind, and what they said. Start with `model.py`, then `desk.py`."""
