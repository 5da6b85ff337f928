"""Papers on paper: plain text, PDF, and a calendar for the phone."""

from needlepoint.papers.calendar import as_calendar
from needlepoint.papers.pdf import as_pdf
from needlepoint.papers.text import as_text

__all__ = ["as_calendar", "as_pdf", "as_text"]
