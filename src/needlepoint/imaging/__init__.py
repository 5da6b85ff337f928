"""Images of a patient: taken in with care, kept as they came, shown as they are."""
