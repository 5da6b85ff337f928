"""Which medicines are meant by what people write, and which does this patient take?"""

from needlepoint.core.medicines.resolve import Directions, Dose, Medicine, resolve
from needlepoint.core.medicines.taken import EVERYTHING, PatientMedicines, Taken, medicines_of

__all__ = [
    "EVERYTHING",
    "Directions",
    "Dose",
    "Medicine",
    "PatientMedicines",
    "Taken",
    "medicines_of",
    "resolve",
]
