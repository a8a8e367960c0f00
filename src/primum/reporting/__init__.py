"""From results to what people read: summary.json, cases.jsonl, the terminal table and the HTML report."""
