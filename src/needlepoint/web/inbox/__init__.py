"""What patients told, for a clinician to confirm or correct."""
