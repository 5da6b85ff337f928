"""The clinic in a browser: one folder a feature."""
