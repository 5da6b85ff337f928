"""The sheet of one procedure: what to do, with what, where, and what to check."""

from needlepoint.core.technique.sheet.aim import Needle, aim
from needlepoint.core.technique.sheet.checklist import CheckLine
from needlepoint.core.technique.sheet.compare import Difference, compare
from needlepoint.core.technique.sheet.discography import DiscographyProtocol
from needlepoint.core.technique.sheet.shared import aftercare_of, checks_of, risks_of
from needlepoint.core.technique.sheet.sheet import (
    ProcedureSheet,
    SheetSetting,
    SheetStep,
    sheet_of,
)
from needlepoint.core.technique.sheet.syringes import Syringe

__all__ = [
    "CheckLine",
    "Difference",
    "DiscographyProtocol",
    "Needle",
    "ProcedureSheet",
    "SheetSetting",
    "SheetStep",
    "Syringe",
    "aftercare_of",
    "aim",
    "checks_of",
    "compare",
    "risks_of",
    "sheet_of",
]
