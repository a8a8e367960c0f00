"""Two runs side by side, paired by scenario."""
