"""Examination and questions: what was looked for, entered in under a minute, most telling first."""
