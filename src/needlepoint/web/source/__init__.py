"""Pain source: what may cause the pain, how sure we are, why, what is missing, and what is next."""
