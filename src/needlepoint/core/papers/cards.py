"""Cards for an emergency: local anaesthetic toxicity, withdrawal and overdose of a pump, MRI."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, get_args

from needlepoint.core.chart import ImplantedDevice, State
from needlepoint.core.errors import UnknownKnowledge
from needlepoint.core.knowledge import Card, Fact, IntrathecalDrug, Knowledge, is_verified
from needlepoint.core.papers.model import (
    Identity,
    Paper,
    Section,
    Sentence,
    cited,
    computed,
    from_chart,
    full_sources,
    missing,
)
from needlepoint.core.plan import planned_now
from needlepoint.core.record import PatientRecord, Said
from needlepoint.core.rules import Outcome, Reason, situation
from needlepoint.core.rules.cards import emergency_card
from needlepoint.core.rules.mri import mri_safety
from needlepoint.core.technique.pump import PumpState
from needlepoint.core.technique.stimulation import Device, device_registry, mri_card
from needlepoint.core.units import say

CardKind = Literal["last", "haematoma", "withdrawal", "overdose", "mri"]
CARDS: tuple[CardKind, ...] = get_args(CardKind)
CARD_TITLES: dict[CardKind, str] = {
    "last": "Local anaesthetic toxicity",
    "haematoma": "Suspected epidural haematoma",
    "withdrawal": "Withdrawal: what is in the pump",
    "overdose": "Overdose: what is in the pump",
    "mri": "MRI: what is implanted",
}
_OF_PATIENT = {"last": "last", "haematoma": "epidural_haematoma"}
_MARK = " *"
_STIMULATORS = ("scs_generator", "drg_generator", "pns_generator")
_RUNNING = {True: "running", False: "stopped", None: "not said to run"}


def card_paper(
    kind: CardKind,
    record: PatientRecord,
    pump: PumpState | None,
    identity: Identity,
    knowledge: Knowledge,
    *,
    drugs: Iterable[str] = (),
) -> Paper:
    """One card for one patient, with its sources; what was not read in a source has a mark.

    Args:
        pump: as it stands now; None where no setting is on file.
        drugs: instead of a pump on file: what is known to be in it.

    Raises:
        UnknownKnowledge: a drug that nothing is on file about.
    """
    match kind:
        case "last" | "haematoma":
            sections = tuple(_of_patient(_OF_PATIENT[kind], record, knowledge))
        case "withdrawal" | "overdose":
            sections = tuple(_of_pump(kind, pump, tuple(drugs), knowledge))
        case "mri":
            sections = tuple(_mri(record, pump, knowledge))
    if any(s.says.endswith(_MARK) for section in sections for s in section.sentences):
        note = computed("* not read in its source: check before use.")
        sections = (*sections, Section(heading="Marks", sentences=(note,)))
    return Paper(
        kind="card",
        title=CARD_TITLES[kind],
        language="en",
        identity=identity,
        as_of=record.as_of,
        sections=sections,
        sources=full_sources(sections, knowledge),
        knowledge_version=knowledge.version,
    )


# --- toxicity and haematoma -----------------------------------------------------------------------


def _of_patient(name: str, record: PatientRecord, knowledge: Knowledge) -> Iterator[Section]:
    """The doses go by the patient; which technique is planned does not change them."""
    technique = next(iter(knowledge.guidance.techniques.values()))
    now = situation(record, planned_now(technique, (), record), knowledge)
    card = emergency_card(knowledge.guidance.safety.cards[name], now)
    if name == "last":
        known = record.demographics is not None and record.demographics.weight_kg is not None
        weight = f"{card.weight[0].upper()}{card.weight[1:]}."
        first = computed(weight) if known else missing(weight)
        yield Section(heading="Doses go by weight", sentences=(first,))
    lines = tuple(
        cited(f"{n}. {line.says}{'' if line.verified else _MARK}", line.rests_on)
        for n, line in enumerate(card.lines, start=1)
    )
    yield Section(heading="What to do", sentences=lines)


# --- the pump -------------------------------------------------------------------------------------


def _of_pump(
    kind: Literal["withdrawal", "overdose"],
    pump: PumpState | None,
    drugs: tuple[str, ...],
    knowledge: Knowledge,
) -> Iterator[Section]:
    devices = knowledge.guidance.neuromodulation
    if pump is not None:
        yield Section(heading="In the pump", sentences=tuple(_content(pump)))
        drugs = tuple(one.name for one in pump.history.now.setting.drugs)
    elif not drugs:
        says = "No pump setting is on file: find out what is in the pump before anything else."
        yield Section(heading="In the pump", sentences=(missing(says),))
        drugs = tuple(devices.drugs)
    unknown = [drug for drug in drugs if drug not in devices.drugs]
    if unknown and pump is None:
        known = ", ".join(devices.drugs)
        raise UnknownKnowledge(
            f"Nothing is on file about {unknown[0]!r} in a pump. Known: {known}."
        )
    told: set[str] = set()
    for drug in drugs:
        name = _card_of(kind, devices.drugs.get(drug))
        if name is not None and name not in told:
            told.add(name)
            yield _card(knowledge.guidance.safety.cards[name], knowledge)
    bare = [drug for drug in drugs if _card_of(kind, devices.drugs.get(drug)) is None]
    if bare:
        says = f"Of {kind} of {', '.join(bare)}: ask the maker and a poison centre."
        yield Section(heading="No card on file", sentences=(missing(says),))


def _card_of(kind: str, drug: IntrathecalDrug | None) -> str | None:
    if drug is None:
        return None
    return drug.withdrawal_card if kind == "withdrawal" else drug.overdose_card


def _card(card: Card, knowledge: Knowledge) -> Section:
    lines = tuple(
        cited(f"{n}. {line.says}{'' if is_verified(line, knowledge) else _MARK}", line.rests_on)
        for n, line in enumerate(card.lines, start=1)
    )
    return Section(heading=card.label, sentences=lines)


def _content(pump: PumpState) -> Iterator[Sentence]:
    """Solution, flow and reservoir, and how much drug stands where."""
    of = pump.history
    setting, entry = of.now.setting, of.now.entry
    for one in setting.drugs:
        yield from_chart(f"{one.label} {one.say_strength()}, {one.say_dose()}.", entry)
    model = of.pump.label if of.pump else of.model or "Pump of unknown model"
    flow = f"{say(setting.flow.ml_per_day)} ml/day"
    yield from_chart(f"{model}: {flow}, {_RUNNING[setting.running]}.", entry)
    if pump.content is None:
        yield missing("How much is left in the reservoir is not known.")
    else:
        least, most = max(0.0, pump.content.least.ml), max(0.0, pump.content.most.ml)
        span = say(most) if abs(most - least) < 5e-4 else f"{say(least)} to {say(most)}"
        yield computed(f"Reservoir: {span} ml left.", entry)
    for says in pump.at_hand:
        yield computed(says, entry)


# --- MRI ------------------------------------------------------------------------------------------


def _mri(record: PatientRecord, pump: PumpState | None, knowledge: Knowledge) -> Iterator[Section]:
    """Every device in the body with what is known of it; never more than is on file."""
    devices = [d for d in device_registry(record) if d.now.statement.state is State.PRESENT]
    told_pump = False
    for device in devices:
        is_pump = "pump" in device.now.statement.device.lower()
        told_pump = told_pump or is_pump
        yield Section(
            heading=_named(device.now.statement),
            sentences=(
                *_facts(device),
                *(_pump_conditions(pump, knowledge) if is_pump
                  else _conditions(device, record, knowledge)),
            ),
        )  # fmt: skip
    if pump is not None and not told_pump:
        label = pump.history.pump.label if pump.history.pump else "Pump of unknown model"
        yield Section(heading=label, sentences=tuple(_pump_conditions(pump, knowledge)))
    if not devices and pump is None:
        reasons = mri_safety(record).reasons
        yield Section(heading="Implants", sentences=tuple(_reason(r, knowledge) for r in reasons))
    yield Section(
        heading="Before the scan",
        sentences=(computed("The maker's manual for the exact models decides."),),
    )


def _named(one: ImplantedDevice) -> str:
    name = one.device.replace("_", " ").replace("scs", "SCS").replace("drg", "DRG")
    name = name.replace("pns", "PNS").replace("icd", "ICD")
    return name[0].upper() + name[1:]


def _facts(device: Device) -> Iterator[Sentence]:
    one, entry = device.now.statement, device.now.entry
    where = " ".join(word for word in (one.side.value if one.side else "", one.site or "") if word)
    known = (
        ("Model", one.model),
        ("Where", where),
        ("Implanted", f"{one.implanted_on:%d %B %Y}" if one.implanted_on else None),
        ("Leads", "; ".join(one.leads)),
        ("Identifier", one.udi),
    )
    for label, value in known:
        if value:
            yield from_chart(f"{label}: {value}.", entry)
    leads = one.device.lower() in _STIMULATORS
    gone = [label.lower() for label, value in known if not value and (leads or label != "Leads")]
    if gone:
        yield missing(f"Not recorded: {', '.join(gone)}.")


def _conditions(device: Device, record: PatientRecord, knowledge: Knowledge) -> Iterator[Sentence]:
    said: Said[ImplantedDevice] = device.now
    if said.statement.device.lower() in _STIMULATORS:
        reasons = mri_card(said, knowledge).reasons
    else:
        reasons = tuple(r for r in mri_safety(record).reasons if said.entry in r.entries)
    yield from (_reason(reason, knowledge) for reason in reasons)


def _reason(reason: Reason, knowledge: Knowledge) -> Sentence:
    word = {Outcome.HOLD: "No scan: ", Outcome.CANNOT_TELL: "Open: "}.get(reason.outcome, "")
    if reason.rests_on:
        return cited(f"{word}{reason.says}", reason.rests_on, *reason.entries)
    if reason.entries:
        return from_chart(f"{word}{reason.says}", *reason.entries)
    return missing(f"{word}{reason.says}")


def _pump_conditions(pump: PumpState | None, knowledge: Knowledge) -> Iterator[Sentence]:
    model = pump.history.pump if pump is not None else None
    if model is None:
        fact = knowledge.guidance.neuromodulation.facts["pump/mri_unknown"]
        yield cited(f"Open: {fact.value}", fact.rests_on)
        return
    grounds = Fact(value=model.mri, rests_on=model.rests_on)
    mark = "" if is_verified(grounds, knowledge) else _MARK
    for says in (model.mri, f"Before: {model.before_mri}", f"After: {model.after_mri}"):
        yield cited(f"{says}{mark}", model.rests_on)
