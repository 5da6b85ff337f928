"""The sheet of one procedure: what to do, with what, where, and what to check."""

from needlepoint.core.technique.sheet.shared import aftercare_of, checks_of, risks_of

__all__ = ["aftercare_of", "checks_of", "risks_of"]
