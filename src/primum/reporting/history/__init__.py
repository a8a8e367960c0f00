"""Dated runs of one protocol: the trend, and an alarm with a controlled false-alarm rate."""
