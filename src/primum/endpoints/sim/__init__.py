"""Standardised models: built-in endpoints with known, planted flaws. Simulated, offline, deterministic.

They see only what a real endpoint sees: the messages. Because the truth about them is known, they are the
yardstick of primum itself. No number from them is ever shown without the word *simulated*.
"""

from primum.endpoints.sim.wire import build, content_hash, sim_names

__all__ = ["build", "content_hash", "sim_names"]
