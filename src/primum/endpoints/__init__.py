"""ask, the journal, wire formats, limits, retries, budget."""
