"""Knowledge in the browser: one item with its numbers and their grounds."""
