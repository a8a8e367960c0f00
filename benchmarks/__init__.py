"""Measures primum beside a bare HTTP loop and its peers. `benchmarks/run` does it all and writes docs/benchmarks.md."""
