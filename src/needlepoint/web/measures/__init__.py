"""Outcome measures by link, and the patient's own course in one picture."""
