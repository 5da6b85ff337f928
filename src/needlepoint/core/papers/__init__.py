"""What is printed: notes, letters, payer packets, instructions and consents, as sentences."""

from needlepoint.core.papers.cards import CARD_TITLES, CARDS, CardKind, card_paper
from needlepoint.core.papers.letter import letter
from needlepoint.core.papers.model import (
    Basis,
    Identity,
    Language,
    Paper,
    Section,
    Sentence,
    ToCall,
)
from needlepoint.core.papers.note import procedure_note
from needlepoint.core.papers.packet import payer_packet
from needlepoint.core.papers.patient import consent, instructions
from needlepoint.core.papers.performed import DEVIATION, deviation_reasons

__all__ = [
    "CARDS",
    "CARD_TITLES",
    "DEVIATION",
    "Basis",
    "CardKind",
    "Identity",
    "Language",
    "Paper",
    "Section",
    "Sentence",
    "ToCall",
    "card_paper",
    "consent",
    "deviation_reasons",
    "instructions",
    "letter",
    "payer_packet",
    "procedure_note",
]
