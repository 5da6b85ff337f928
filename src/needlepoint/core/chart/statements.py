"""The kinds of thing a chart can say, one frozen type each, told apart by `kind`.

Bounds are what can be true of a living patient; a value outside them is refused at the door.
Names of structures, zones, findings, blocks and drugs are checked against the knowledge there too.
"""

from __future__ import annotations

from needlepoint.core.chart.agreement import (
    AdverseEvent,
    Attestation,
    Consent,
    Decision,
    Retraction,
)
from needlepoint.core.chart.background import (
    Allergy,
    Condition,
    EarlierTreatment,
    Goal,
    ImplantedDevice,
    LaboratoryValue,
    Medication,
    VitalSign,
)
from needlepoint.core.chart.blocks import (
    BlockAgent,
    BlockTarget,
    DiagnosticBlock,
    DiaryReading,
    DiscLevel,
    Discogram,
    Reading,
    Relief,
)
from needlepoint.core.chart.devices import (
    PumpDrug,
    PumpSetting,
    Refill,
    StimulatorProgram,
    Trial,
    TrialDay,
)
from needlepoint.core.chart.pain import (
    Complaint,
    Demographics,
    ExamFinding,
    ImagingFinding,
    ImagingStudy,
    PainDrawing,
    PainMark,
    Questionnaire,
    State,
    Stroke,
    Symptom,
)
from needlepoint.core.chart.procedures import (
    CryoBody,
    InjectionBody,
    MedicationInjected,
    OtherBody,
    PlannedProcedure,
    Procedure,
    RadiationDose,
    RadiofrequencyBody,
)

__all__ = [
    "AdverseEvent",
    "Allergy",
    "Attestation",
    "BlockAgent",
    "BlockTarget",
    "Complaint",
    "Condition",
    "Consent",
    "CryoBody",
    "Decision",
    "Demographics",
    "DiagnosticBlock",
    "DiaryReading",
    "DiscLevel",
    "Discogram",
    "EarlierTreatment",
    "ExamFinding",
    "Goal",
    "ImagingFinding",
    "ImagingStudy",
    "ImplantedDevice",
    "InjectionBody",
    "LaboratoryValue",
    "Medication",
    "MedicationInjected",
    "OtherBody",
    "PainDrawing",
    "PainMark",
    "PlannedProcedure",
    "Procedure",
    "PumpDrug",
    "PumpSetting",
    "Questionnaire",
    "RadiationDose",
    "RadiofrequencyBody",
    "Reading",
    "Refill",
    "Relief",
    "Retraction",
    "State",
    "Statement",
    "StimulatorProgram",
    "Stroke",
    "Symptom",
    "Trial",
    "TrialDay",
    "VitalSign",
]

Statement = (
    Demographics
    | Complaint
    | PainDrawing
    | Symptom
    | ExamFinding
    | ImagingStudy
    | ImagingFinding
    | Questionnaire
    | Medication
    | Allergy
    | Condition
    | LaboratoryValue
    | VitalSign
    | ImplantedDevice
    | EarlierTreatment
    | Goal
    | DiagnosticBlock
    | DiaryReading
    | Discogram
    | Procedure
    | PlannedProcedure
    | RadiationDose
    | PumpSetting
    | Refill
    | StimulatorProgram
    | Trial
    | Attestation
    | Consent
    | Decision
    | AdverseEvent
    | Retraction
)
