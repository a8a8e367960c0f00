"""What a run shows beyond its slices: stability, gaps, patterns, repeats, pairs, items."""
