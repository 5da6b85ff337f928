"""Electrical stimulation: who, where, did the trial work, how is it set, what is implanted?"""

from needlepoint.core.technique.stimulation.candidacy import Candidacy, candidacy
from needlepoint.core.technique.stimulation.devices import (
    Device,
    Udi,
    device_registry,
    mri_card,
    parse_udi,
)
from needlepoint.core.technique.stimulation.leads import LeadPlace, lead_places
from needlepoint.core.technique.stimulation.programs import ProgramLine, program_log
from needlepoint.core.technique.stimulation.trial import TrialReading, read_trial

__all__ = [
    "Candidacy",
    "Device",
    "LeadPlace",
    "ProgramLine",
    "TrialReading",
    "Udi",
    "candidacy",
    "device_registry",
    "lead_places",
    "mri_card",
    "parse_udi",
    "program_log",
    "read_trial",
]
