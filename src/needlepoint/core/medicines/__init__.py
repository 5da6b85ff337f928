"""Which medicines are meant by what people write, and which does this patient take?"""

from needlepoint.core.medicines.directions import in_words
from needlepoint.core.medicines.resolve import Directions, Dose, Medicine, resolve
from needlepoint.core.medicines.taken import EVERYTHING, PatientMedicines, Taken, medicines_of

__all__ = [
    "EVERYTHING",
    "Directions",
    "Dose",
    "Medicine",
    "PatientMedicines",
    "Taken",
    "in_words",
    "medicines_of",
    "resolve",
]
