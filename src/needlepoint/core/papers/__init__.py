"""What is printed: notes, letters, payer packets, instructions and consents, as sentences."""

from needlepoint.core.papers.letter import letter
from needlepoint.core.papers.model import Basis, Identity, Language, Paper, Section, Sentence
from needlepoint.core.papers.note import procedure_note
from needlepoint.core.papers.packet import payer_packet
from needlepoint.core.papers.patient import consent, instructions
from needlepoint.core.papers.performed import DEVIATION

__all__ = [
    "DEVIATION",
    "Basis",
    "Identity",
    "Language",
    "Paper",
    "Section",
    "Sentence",
    "consent",
    "instructions",
    "letter",
    "payer_packet",
    "procedure_note",
]
