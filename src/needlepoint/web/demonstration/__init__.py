"""A practice of invented patients, on this machine only."""
