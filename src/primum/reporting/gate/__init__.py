"""The gate: thresholds frozen before a run, and a decision in three states."""
