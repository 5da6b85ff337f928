"""Pages for what went wrong; they say what to do and nothing of any patient."""
