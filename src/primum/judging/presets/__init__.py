"""The judges of published systems, one file each. See docs/judging.md."""
