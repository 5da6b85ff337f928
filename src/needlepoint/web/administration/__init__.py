"""The clinic's people, and what they looked at. No chart, and no name of a patient."""
