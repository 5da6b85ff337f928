"""What is going to be done to whom: everything a safety rule may look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from needlepoint.core.chart import BlockTarget, Entry, MedicationInjected, PlannedProcedure
from needlepoint.core.knowledge import Knowledge, SafetyKnowledge, Technique
from needlepoint.core.medicines import Medicine, PatientMedicines, medicines_of, resolve
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.rules.places import Place, places


@dataclass(frozen=True, slots=True, kw_only=True)
class Injected:
    """A medicine that is going to be injected, over all sites of the session."""

    text: str
    ingredient: str | None  # None: not understood
    classes: tuple[str, ...]
    mg: float | None
    volume_ml: float | None
    adrenaline: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A procedure that is going to be done."""

    technique: Technique
    targets: tuple[BlockTarget, ...] = ()
    at: datetime
    medicines: tuple[Injected, ...] | None = None  # None: not said yet
    sedation: str = "unknown"
    guidance: str | None = None
    entry: str | None = None
    complaint: str | None = None  # the pain that it is for

    def of_class(self, name: str) -> tuple[Injected, ...]:
        return tuple(one for one in self.medicines or () if name in one.classes)

    @property
    def uses_steroid(self) -> bool:
        """Whether one is to be injected; what was said of the medicines decides."""
        if self.medicines is None or any(one.ingredient is None for one in self.medicines):
            return "steroid" in self.technique.uses or bool(self.of_class("corticosteroid"))
        return bool(self.of_class("corticosteroid"))


_PAINS_OF: Mapping[str, frozenset[str]] = defaultdict(
    frozenset,
    {
        "lumbar": frozenset(("lumbosacral",)),
        "sacral": frozenset(("lumbosacral", "pelvis")),
        "cervical": frozenset(("cervical",)),
        "thoracic": frozenset(("thoracic",)),
        "head": frozenset(("head",)),
        "trunk": frozenset(("abdomen", "pelvis", "thoracic")),
        "limb": frozenset(("hip", "knee", "limb", "lower_limb", "shoulder", "upper_limb")),
    },
)  # regions of complaints that a technique of a region may be for


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A patient before a procedure."""

    record: PatientRecord
    medicines: PatientMedicines
    planned: Planned
    knowledge: Knowledge
    # What was measured of the patient at that moment: the same for every plan, so it is shared.
    memory: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)
    # What was measured with an eye on this plan.
    of_plan: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def safety(self) -> SafetyKnowledge:
        return self.knowledge.guidance.safety

    @property
    def at(self) -> datetime:
        return self.planned.at

    @property
    def aimed_at(self) -> frozenset[Place]:
        """The places of the plan, with their sides."""
        if "aimed_at" not in self.of_plan:
            self.of_plan["aimed_at"] = places(self.planned.targets, self.knowledge.anatomy)
        kept: frozenset[Place] = self.of_plan["aimed_at"]
        return kept

    def entries_of(self, *kinds: type) -> tuple[Entry, ...]:
        """Entries that stand with a statement of these kinds, in order; sought once a patient."""
        kept: tuple[Entry, ...] | None = self.memory.get(kinds)
        if kept is None:
            kept = tuple(e for e in self.record.entries if isinstance(e.statement, kinds))
            self.memory[kinds] = kept
        return kept

    @property
    def complaint(self) -> str | None:
        """The pain that the plan is for; None while it could be one of several."""
        if "complaint" not in self.of_plan:
            self.of_plan["complaint"] = self._complaint()
        kept: str | None = self.of_plan["complaint"]
        return kept

    def _complaint(self) -> str | None:
        if self.planned.complaint is not None:
            return self.planned.complaint
        said = [one.complaint for one in self.record.complaints]
        if len(said) > 1:
            regions, known = _PAINS_OF[self.planned.technique.region], self.knowledge.presentations
            said = [one for one in said if known[one.presentation].region in regions]
        return said[0].name if len(said) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A patient before any procedure was chosen: what is read of the patient is read once."""

    record: PatientRecord
    medicines: PatientMedicines
    knowledge: Knowledge
    known: Mapping[object, Any]  # what was found out already, at any moment
    memories: dict[datetime, dict[object, Any]] = field(default_factory=dict, repr=False)

    def planning(self, planned: Planned) -> Situation:
        """The patient before this procedure; plans for one moment share what they measure."""
        return Situation(
            record=self.record,
            medicines=self.medicines,
            planned=planned,
            knowledge=self.knowledge,
            memory=self.memories.setdefault(planned.at, dict(self.known)),
        )


def before(
    record: PatientRecord, knowledge: Knowledge, known: Mapping[object, Any] | None = None
) -> Before:
    """Put patient and knowledge together."""
    return Before(
        record=record,
        medicines=medicines_of(record, knowledge.guidance.vocabulary),
        knowledge=knowledge,
        known=known or {},
    )


def situation(record: PatientRecord, planned: Planned, knowledge: Knowledge) -> Situation:
    """Put patient and plan together."""
    return before(record, knowledge).planning(planned)


def instead(now: Situation, planned: Planned) -> Situation:
    """The same patient before another procedure; what was read of the patient is kept."""
    same_moment = planned.at == now.at
    return replace(now, planned=planned, memory=now.memory if same_moment else {}, of_plan={})


def planned_procedure(
    said: Said[PlannedProcedure],
    technique: Technique,
    knowledge: Knowledge,
    *,
    not_before: datetime,
) -> Planned:
    """A plan as it was written down; without a time, or with one that has passed, it is for now."""
    one = said.statement
    return Planned(
        technique=technique,
        targets=one.targets,
        at=max(one.at or not_before, not_before),
        medicines=tuple(injected(m, knowledge) for m in one.medicines) or None,
        sedation=one.sedation,
        guidance=one.guidance,
        entry=said.entry,
        complaint=one.complaint,
    )


def injected(one: MedicationInjected, knowledge: Knowledge) -> Injected:
    """Name and dose of what goes into the syringe; percent and volume give milligrams."""
    vocabulary = knowledge.guidance.vocabulary
    medicine = resolve(one.name, vocabulary)
    ingredient = _main(medicine) if medicine.is_understood else None
    return Injected(
        text=one.name,
        ingredient=ingredient,
        classes=vocabulary.ingredients[ingredient].classes if ingredient else medicine.classes,
        mg=_mg(one, medicine),
        volume_ml=one.volume_ml,
        adrenaline=True if "adrenaline" in medicine.ingredients else one.adrenaline,
    )


def _mg(one: MedicationInjected, medicine: Medicine) -> float | None:
    """As it is given, or from percent and volume, or from what the name itself says."""
    if one.dose_mg is not None:
        return one.dose_mg
    written = medicine.doses[0] if len(medicine.doses) == 1 else None
    percent = one.concentration_percent
    if percent is None and written is not None and written.unit == "percent":
        percent = written.amount
    if one.volume_ml is not None:
        if percent is not None:
            return percent * MG_PER_ML_PER_PERCENT * one.volume_ml
        if written is not None and written.unit == "mg/ml":
            return written.amount * one.volume_ml
    return written.mg if written is not None and percent is None else None


def _main(medicine: Medicine) -> str:
    """What it is injected for: adrenaline is only added to it."""
    others = [i for i in medicine.ingredients if i != "adrenaline"]
    return (others or list(medicine.ingredients))[0]


MG_PER_ML_PER_PERCENT = 10.0  # by definition: 1 % is 1 g in 100 ml
