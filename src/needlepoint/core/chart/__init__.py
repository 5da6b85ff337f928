"""What was written about a patient, by whom and when: a chart that only grows."""

from needlepoint.core.chart.entry import Chart, Entry, Provenance, Role, is_near_our_time
from needlepoint.core.chart.statements import *
from needlepoint.core.chart.statements import __all__ as _statements

__all__ = ["Chart", "Entry", "Provenance", "Role", "is_near_our_time", *_statements]
