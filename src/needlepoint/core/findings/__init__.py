"""Which findings bear on the pain, and which of them are present, absent or unexamined?"""

from needlepoint.core.findings.observe import Observation, ObservedFindings, observe

__all__ = ["Observation", "ObservedFindings", "observe"]
