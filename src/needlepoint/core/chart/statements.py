"""The kinds of thing a chart can say, one frozen type each, told apart by `kind`.

Bounds are what can be true of a living patient; a value outside them is refused at the door.
Names of structures, zones, findings, blocks and drugs are checked against the knowledge there too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Interval, Le, MinLen

from needlepoint.core.anatomy import Side
from needlepoint.core.quantities import Pain, Share, Text

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


class State(StrEnum):
    """Whether a finding was there. Silence is unexamined, never absent."""

    PRESENT = "present"
    ABSENT = "absent"
    UNEXAMINED = "unexamined"


# --- the patient and the pain ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Demographics:
    """Who the patient is, as far as the medicine needs it. Identity is kept elsewhere."""

    kind: Literal["demographics"] = "demographics"
    birth_date: date | None = None
    birth_year: Annotated[int, Interval(ge=1900, le=2100)] | None = None
    sex: Literal["female", "male", "other", "unknown"] = "unknown"
    weight_kg: Annotated[float, Interval(gt=1, le=400)] | None = None
    height_cm: Annotated[float, Interval(gt=30, le=260)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One pain at one place. Back pain and knee pain in one patient are two complaints."""

    kind: Literal["complaint"] = "complaint"
    name: Text = "main"  # what other entries call it
    presentation: Text  # which table of sources fits: axial_low_back, leg_dominant, neck ...
    side: Side | None = None
    onset: date | None = None
    duration_months: Annotated[float, Ge(0), Le(1200)] | None = None
    nrs_average: Pain | None = None
    nrs_worst: Pain | None = None
    words: str | None = None  # the patient's own


@dataclass(frozen=True, slots=True, kw_only=True)
class PainMark:
    """A painted zone."""

    zone: Text
    side: Side | None = None  # of a paired zone
    quality: (
        Literal["aching", "burning", "stabbing", "numb", "pins_and_needles", "electric", "other"]
        | None
    ) = None
    intensity: Pain | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """One line of the finger, in figure units from 0 to 1, as it was drawn."""

    view: Literal["front", "back", "left", "right"]
    points: Annotated[tuple[tuple[Share, Share], ...], MinLen(1)]
    quality: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PainDrawing:
    """Where it hurts. Zones left blank speak only if the drawing was finished."""

    kind: Literal["pain_drawing"] = "pain_drawing"
    complaint: str | None = None
    complete: bool = False
    marks: tuple[PainMark, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    worst: PainMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    name: Text
    state: State = State.PRESENT
    side: Side | None = None
    segment: str | None = None
    grade: str | None = None
    complaint: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom(_Finding):
    """What the patient tells."""

    kind: Literal["symptom"] = "symptom"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamFinding(_Finding):
    """What the examiner finds."""

    kind: Literal["exam_finding"] = "exam_finding"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagingStudy:
    """A study that was made, whatever it showed."""

    kind: Literal["imaging_study"] = "imaging_study"
    modality: Text  # mri, radiograph, ct, bone_scan, spect, ultrasound
    region: str | None = None
    conclusion: str | None = None
    study_uid: str | None = None  # of images that can be looked at here
    images: Annotated[int, Ge(1)] | None = None  # how many were attached by this entry
    note: str | None = None  # why images were attached whose name or birth date differs


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagingFinding(_Finding):
    """What a reader saw, at a level and a side, graded."""

    kind: Literal["imaging_finding"] = "imaging_finding"
    modality: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """The score of an instrument. Item texts are not kept."""

    kind: Literal["questionnaire"] = "questionnaire"
    instrument: Text
    score: float | None = None  # as it was reported; or else computed from the answers
    answers: Mapping[str, float] = field(
        default_factory=dict
    )  # item id -> answer; silence: missing
    complaint: str | None = None


# --- background -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Medication:
    """A medicine taken, stopped or never taken, as people write it."""

    kind: Literal["medication"] = "medication"
    name: Text
    state: State = State.PRESENT
    dose: str | None = None
    frequency: str | None = None
    route: str | None = None
    last_taken: datetime | None = None
    started: date | None = None
    stopped: date | None = None
    indication: str | None = None  # primary_prevention, secondary_prevention, ...
    may_stop: Literal["agreed", "refused"] | None = None  # what its prescriber said
    prescriber: str | None = None  # who said so


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy:
    kind: Literal["allergy"] = "allergy"
    substance: Text
    state: State = State.PRESENT
    reaction: str | None = None
    severity: Literal["mild", "moderate", "severe"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    kind: Literal["condition"] = "condition"
    name: Text
    state: State = State.PRESENT
    code: str | None = None  # ICD-10-CM
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaboratoryValue:
    kind: Literal["laboratory_value"] = "laboratory_value"
    name: Text
    value: float
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalSign:
    kind: Literal["vital_sign"] = "vital_sign"
    name: Text
    value: float
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImplantedDevice:
    kind: Literal["implanted_device"] = "implanted_device"
    device: (
        Text  # pacemaker, icd, scs_generator, intrathecal_pump, joint_prosthesis, fusion_hardware
    )
    state: State = State.PRESENT
    site: str | None = None
    side: Side | None = None
    model: str | None = None
    udi: str | None = None  # unique device identifier as printed, with its brackets
    mri: Literal["safe", "conditional", "unsafe", "unknown"] = "unknown"
    implanted_on: date | None = None
    leads: tuple[Text, ...] = ()  # model and place of each: "LEAD-60 at T8"
    adapter: bool | None = None  # between lead and generator
    abandoned_leads: bool | None = None
    impedances_in_range: bool | None = None
    expected_life_years: Annotated[float, Gt(0), Le(30)] | None = None
    reason: str | None = None  # why it was revised or taken out


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTreatment:
    """Something tried before, and what came of it."""

    kind: Literal["earlier_treatment"] = "earlier_treatment"
    treatment: Text
    target: BlockTarget | None = None
    started: date | None = None
    duration_weeks: Annotated[float, Ge(0)] | None = None
    relief_percent: Annotated[float, Interval(ge=-100, le=100)] | None = None
    relief_weeks: Annotated[float, Ge(0)] | None = None
    reason_stopped: str | None = None
    complaint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    kind: Literal["goal"] = "goal"
    words: Text
    complaint: str | None = None


# --- diagnostic blocks and discography ------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockTarget:
    """What the needle was aimed at: a site (`kind`) or a nerve (`nerve`), with level and side."""

    kind: str | None = None  # facet_joint
    segment: str | None = None  # L4-L5
    nerve: str | None = None  # medial_branch
    level: str | None = None  # L3
    side: Side | None = None

    def __str__(self) -> str:
        """As it is said: left L4-L5 facet joint, right L3 medial branch."""
        side = self.side.value if self.side else ""
        name = (self.nerve or self.kind or "").replace("_", " ")
        return " ".join(part for part in (side, self.segment or self.level or "", name) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockAgent:
    """A local anaesthetic as injected."""

    name: Text
    concentration_percent: Annotated[float, Interval(gt=0, le=10)] | None = None
    volume_ml: Annotated[float, Interval(gt=0, le=60)] | None = None  # a site


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One line of a pain diary."""

    minutes: Annotated[float, Interval(ge=0, le=20160)]  # after the injection
    nrs: Pain
    activity: str | None = None
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """What the patient reported, as exactly as it was reported. One field of the three."""

    percent: Annotated[float, Interval(ge=-100, le=100)] | None = None
    percent_range: tuple[float, float] | None = None
    word: str | None = None  # minimal, partial, good, complete: an interval, never a number


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosticBlock:
    """A block as planned, done and answered. Without an answer it is no evidence."""

    kind: Literal["diagnostic_block"] = "diagnostic_block"
    block: Text
    targets: Annotated[tuple[BlockTarget, ...], MinLen(1)]
    complaint: str | None = None
    agent: BlockAgent | None = None
    steroid: str | None = None
    guidance: Literal["fluoroscopy", "ct", "ultrasound", "landmark", "unknown"] = "unknown"
    contrast: Literal["as_intended", "vascular", "spread_elsewhere", "not_used", "unknown"] = (
        "unknown"
    )
    sedation: Literal["none", "light", "opioid_or_benzodiazepine", "unknown"] = "unknown"
    performed: bool = True
    nrs_before: Annotated[float, Interval(gt=0, le=10)] | None = None  # read against pain
    diary: tuple[Reading, ...] = ()
    relief: Relief | None = None
    relief_hours: Annotated[float, Ge(0), Le(336)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryReading:
    """A diary line that arrives by itself, for a block named by its entry id."""

    kind: Literal["diary_reading"] = "diary_reading"
    block_entry: Text
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscLevel:
    """One disc under pressure."""

    segment: Text
    opening_pressure_psi: Annotated[float, Interval(ge=0, le=150)] | None = None
    pressure_psi: Annotated[float, Interval(ge=0, le=250)] | None = None  # at the pain, absolute
    volume_ml: Annotated[float, Interval(ge=0, le=10)] | None = None
    intensity: Pain
    concordance: Literal["none", "discordant", "similar", "exact"]
    annular_grade: Annotated[int, Interval(ge=0, le=5)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discogram:
    kind: Literal["discogram"] = "discogram"
    levels: Annotated[tuple[DiscLevel, ...], MinLen(1)]
    complaint: str | None = None
    sedation: Literal["none", "light", "opioid_or_benzodiazepine", "unknown"] = "unknown"


# --- procedures and devices -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationInjected:
    name: Text
    dose_mg: Annotated[float, Gt(0)] | None = None
    concentration_percent: Annotated[float, Interval(gt=0, le=100)] | None = None
    volume_ml: Annotated[float, Interval(gt=0, le=120)] | None = None  # over all sites
    adrenaline: bool | None = None  # in the solution


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectionBody:
    technique: Literal["injection"] = "injection"
    medicines: tuple[MedicationInjected, ...] = ()
    approach: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RadiofrequencyBody:
    technique: Literal["radiofrequency"] = "radiofrequency"
    mode: Literal["conventional", "cooled", "pulsed"]
    temperature_c: Annotated[float, Interval(ge=37, le=95)] | None = None
    seconds: Annotated[float, Interval(gt=0, le=1200)] | None = None
    needle_gauge: Annotated[int, Interval(ge=14, le=25)] | None = None
    active_tip_mm: Annotated[float, Interval(gt=0, le=30)] | None = None
    lesions: Annotated[int, Ge(1)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CryoBody:
    technique: Literal["cryoneurolysis"] = "cryoneurolysis"
    temperature_c: Annotated[float, Interval(ge=-196, le=0)] | None = None
    cycles: Annotated[int, Ge(1)] | None = None
    seconds: Annotated[float, Gt(0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherBody:
    technique: Literal["other"] = "other"
    details: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A therapeutic procedure, with a body of its technique."""

    kind: Literal["procedure"] = "procedure"
    name: Text
    targets: tuple[BlockTarget, ...] = ()
    body: InjectionBody | RadiofrequencyBody | CryoBody | OtherBody
    guidance: str | None = None
    complaint: str | None = None
    relief_percent: Annotated[float, Interval(ge=-100, le=100)] | None = None
    relief_weeks: Annotated[float, Ge(0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RadiationDose:
    """What the X-ray machine showed at the end of a procedure, and its images. Never computed."""

    kind: Literal["radiation_dose"] = "radiation_dose"
    procedure_entry: str | None = None  # the procedure or block it belongs to
    dose_area_product_gy_cm2: Annotated[float, Interval(ge=0, le=5000)] | None = None
    air_kerma_mgy: Annotated[float, Interval(ge=0, le=50000)] | None = (
        None  # at the reference point
    )
    fluoroscopy_seconds: Annotated[float, Interval(ge=0, le=36000)] | None = None
    study_uid: str | None = None  # its images


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedProcedure:
    """A procedure that is going to be done: what safety, coverage and the papers are about."""

    kind: Literal["planned_procedure"] = "planned_procedure"
    technique: Text
    targets: tuple[BlockTarget, ...] = ()
    at: datetime | None = None
    medicines: tuple[MedicationInjected, ...] = ()
    sedation: Literal["none", "minimal", "moderate", "deep", "unknown"] = "unknown"
    guidance: Literal["fluoroscopy", "ct", "ultrasound", "none"] | None = None
    complaint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpDrug:
    """One drug of the solution in a pump. Always mg: micrograms are divided by 1000 at the door."""

    name: Text
    concentration_mg_per_ml: Annotated[float, Gt(0)]
    dose_mg_per_day: Annotated[float, Gt(0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpSetting:
    """What a pump was programmed to, and with what it is filled."""

    kind: Literal["pump_setting"] = "pump_setting"
    drugs: Annotated[tuple[PumpDrug, ...], MinLen(1)]
    flow_ml_per_day: Annotated[float, Interval(ge=0, le=30)] | None = None
    running: bool | None = None  # as the programmer showed it; silence is not running
    model: str | None = None
    catheter_cm: Annotated[float, Interval(gt=0, le=150)] | None = None  # implanted length
    bolus_mg: Annotated[float, Gt(0)] | None = None  # patient bolus, of the first drug
    boluses_per_day: Annotated[int, Interval(ge=0, le=48)] | None = None
    alarm_ml: Annotated[float, Interval(ge=0, le=20)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refill:
    """What was drawn from a reservoir and what was put in."""

    kind: Literal["refill"] = "refill"
    volume_ml: Annotated[float, Interval(gt=0, le=60)]
    residual_ml: Annotated[float, Interval(ge=0, le=60)] | None = None
    expected_residual_ml: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StimulatorProgram:
    kind: Literal["stimulator_program"] = "stimulator_program"
    waveform: Text
    amplitude_ma: Annotated[float, Ge(0)] | None = None
    pulse_width_us: Annotated[float, Gt(0)] | None = None
    frequency_hz: Annotated[float, Gt(0)] | None = None
    contacts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialDay:
    """One line of the diary of a trial."""

    day: Annotated[float, Ge(0)]
    nrs: Pain
    function_percent: Annotated[float, Interval(ge=-100, le=300)] | None = None  # change
    sleep_hours: Annotated[float, Interval(ge=0, le=24)] | None = None
    opioid_mme: Annotated[float, Ge(0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A stimulation or intrathecal trial."""

    kind: Literal["trial"] = "trial"
    of: Text
    days: Annotated[float, Gt(0)] | None = None
    nrs_before: Pain | None = None
    nrs_during: Pain | None = None
    diary: tuple[TrialDay, ...] = ()
    complications: str | None = None
    verdict: Literal["succeeded", "failed", "undecided"] | None = None


# --- agreement, decisions, corrections ------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    kind: Literal["consent"] = "consent"
    to: Text
    given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """Something a clinician documents because a rule or a payer asks for it by name."""

    kind: Literal["attestation"] = "attestation"
    name: Text
    value: bool | float | str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a clinician did with an answer; both are kept."""

    kind: Literal["decision"] = "decision"
    about: Text
    accepted: bool
    reason: str | None = None
    knowledge_version: str | None = None
    code_version: str | None = None
    assessment_sha256: str | None = None  # of the answer as it stood when this was signed


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEvent:
    kind: Literal["adverse_event"] = "adverse_event"
    name: Text
    severity: Literal["mild", "moderate", "severe", "life_threatening", "fatal"]
    related_entry: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    """Takes back an earlier entry, with a reason. The entry stays to be read, but is not so."""

    kind: Literal["retraction"] = "retraction"
    entry: Text
    reason: Text


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
