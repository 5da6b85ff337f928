"""Whether the clinic is able to work."""
