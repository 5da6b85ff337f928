"""What is true of the patient at a moment, folded from the chart."""

from needlepoint.core.record.fold import fold, unplaced
from needlepoint.core.record.model import BlockRecord, ComplaintRecord, PatientRecord, Said

__all__ = ["BlockRecord", "ComplaintRecord", "PatientRecord", "Said", "fold", "unplaced"]
