"""Story: what the patient tells, what was tried, what is taken, and everything in order of time."""
