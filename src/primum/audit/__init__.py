"""The audit of the audit: every standardised model is searched, and what is found is held against what was planted."""
