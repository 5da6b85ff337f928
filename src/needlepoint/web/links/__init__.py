"""How a patient comes in without an account, and how staff give that way in."""
