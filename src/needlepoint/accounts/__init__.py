"""Who works in the clinic, in what role, and what a role may do."""
