"""A procedure from plan to needle: targets, safety, coverage, sheet, consent, what went wrong."""
