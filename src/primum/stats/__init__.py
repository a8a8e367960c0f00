"""Pure functions on arrays: descriptions, intervals, clusters. No input, no output, no state."""
