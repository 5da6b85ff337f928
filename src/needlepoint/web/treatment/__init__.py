"""Treatment: options side by side, the decision, the procedure, and what came of it."""
