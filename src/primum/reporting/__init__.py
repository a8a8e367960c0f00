"""The HTML report, the terminal table, summary.json."""
