"""Scenarios: the model, loading, linting, sampling, taxonomy; library/ holds the content."""
