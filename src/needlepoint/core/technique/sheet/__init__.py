"""The sheet of one procedure: what to do, with what, where, and what to check."""

from needlepoint.core.technique.sheet.aim import Needle, aim
from needlepoint.core.technique.sheet.checklist import CheckLine
from needlepoint.core.technique.sheet.compare import Compared, compare, side_by_side
from needlepoint.core.technique.sheet.discography import DiscographyProtocol
from needlepoint.core.technique.sheet.shared import aftercare_of, checks_of, risks_of
from needlepoint.core.technique.sheet.sheet import (
    ProcedureSheet,
    SheetSetting,
    SheetStep,
    sheet_of,
)
from needlepoint.core.technique.sheet.syringes import Syringe
from needlepoint.core.technique.sheet.words import span_words, words_of

__all__ = [
    "CheckLine",
    "Compared",
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
    "side_by_side",
    "span_words",
    "words_of",
]
