"""Intake: a patient answers on a phone, and every answer is in the chart at once."""
