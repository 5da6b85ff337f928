"""Progress: what changed, after what, for how long, at what price, and what was not measured."""
