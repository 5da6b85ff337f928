"""How members of staff get in: keys, their confirmation, and what was done to an account."""
