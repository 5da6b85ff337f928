"""The diary after a block: one thing at each time, on the patient's own phone."""
