"""What does one resource say? One reader a resource type: entries, and what it left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from needlepoint.core.knowledge import Knowledge
from needlepoint.fhir import codes
from needlepoint.fhir.parts import (
    Malformed,
    as_dict,
    as_list,
    as_number,
    as_string,
    codings,
    first_day,
    status_of,
    text_of,
)

Entry = dict[str, Any]
Read = tuple[list[Entry], list[str]]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What every reader may need."""

    knowledge: Knowledge
    fallback: str | None  # the bundle's own time, for resources without one


def _when(resource: dict[str, Any], reading: Reading, *keys: str) -> Entry:
    """occurred_at from the first time given, else the resource's last update, else the bundle's."""
    for key in keys:
        value = resource.get(key)
        if isinstance(value, dict):
            value = value.get("start")
        if value is not None:
            return {"occurred_at": first_day(as_string(value, key))}
    meta = as_dict(resource.get("meta"), "meta")
    moment = as_string(meta.get("lastUpdated"), "meta.lastUpdated") or reading.fallback
    if moment is None:
        raise Malformed("no date: neither the resource nor the bundle says when. Add a timestamp.")
    return {"occurred_at": first_day(moment)}


def patient(resource: dict[str, Any], reading: Reading) -> Read:
    born = as_string(resource.get("birthDate"), "birthDate")
    sex = as_string(resource.get("gender"), "gender")
    entry: Entry = {"kind": "demographics", **_when(resource, reading)}
    notes = []
    if born and len(born) >= 10:
        entry["birth_date"] = born
    elif born and born[:4].isdigit():
        entry["birth_year"] = int(born[:4])
    if sex in ("female", "male", "other", "unknown"):
        entry["sex"] = sex
    elif sex:
        notes.append(f"gender {sex!r} is not a FHIR code.")
    return [entry], notes


def condition(resource: dict[str, Any], reading: Reading) -> Read:
    verification = status_of(resource, "verificationStatus")
    clinical = status_of(resource, "clinicalStatus")
    text = text_of(resource.get("code"), "code")
    when = _when(resource, reading, "recordedDate", "onsetDateTime", "onsetPeriod")
    if verification == "entered-in-error":
        return [], ["entered in error."]
    if text is None:
        return [], ["it has no text and no display."]
    name, side, code = _complaint_of(resource)
    ended = clinical in ("resolved", "inactive", "remission")
    state = "absent" if verification == "refuted" or ended else "present"
    entries: list[Entry] = [
        {"kind": "condition", "name": text, "state": state, "code": code, **when}
    ]
    notes = [f"{text}: {clinical}, taken as no longer there."] if ended else []
    if name is not None and state == "present":
        complaint: Entry = {"kind": "complaint", "name": name, "presentation": name, **when}
        if side:
            complaint["side"] = side
        onset = as_string(resource.get("onsetDateTime"), "onsetDateTime")
        if onset and len(onset) >= 10:
            complaint["onset"] = onset[:10]
        entries.append(complaint)
    return entries, notes


def _complaint_of(resource: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
    """Presentation, side and ICD-10 code of a condition, if its code is unmistakable."""
    icd = None
    for system, code in codings(resource.get("code"), "code"):
        if system == codes.PRESENTATION:
            return code, _side(resource), icd
        if system in codes.ICD10:
            icd = code
    if icd is None:
        return None, None, None
    for length in range(len(icd), 2, -1):
        if icd[:length] in codes.COMPLAINTS:
            side = _side(resource)
            sided = any(icd.startswith(prefix) and len(icd) > len(prefix) for prefix in codes.SIDED)
            if side is None and sided:
                side = codes.SIDE_BY_LAST_DIGIT.get(icd[-1])
            return codes.COMPLAINTS[icd[:length]], side, icd
    return None, None, icd


def _side(resource: dict[str, Any]) -> str | None:
    """A side named in bodySite, in words."""
    sites = resource.get("bodySite")
    for site in sites if isinstance(sites, list) else [sites]:
        words = (text_of(site, "bodySite") or "").lower().split()
        for side in ("left", "right", "bilateral"):
            if side in words:
                return "both" if side == "bilateral" else side
    return None


def observation(resource: dict[str, Any], reading: Reading) -> Read:
    status = as_string(resource.get("status"), "status")
    if status in ("entered-in-error", "cancelled"):
        return [], [f"{status}."]
    when = _when(resource, reading, "effectiveDateTime", "effectivePeriod", "issued")
    quantity = as_dict(resource.get("valueQuantity"), "valueQuantity")
    value = as_number(quantity.get("value"), "valueQuantity.value")
    if value is None:
        value = as_number(resource.get("valueInteger"), "valueInteger")
    unit = as_string(quantity.get("unit"), "valueQuantity.unit") or as_string(
        quantity.get("code"), "valueQuantity.code"
    )
    for system, code in codings(resource.get("code"), "code"):
        if system == codes.OURS:
            return _finding(code, resource, when)
        if system == codes.LOINC and value is not None:
            entry = _measured(code, value, unit)
            if entry is not None:
                return [{**entry, **when}], []
    text = text_of(resource.get("code"), "code") or "an observation"
    return [], [f"{text}: its code is not one that is read."]


def _measured(code: str, value: float, unit: str | None) -> Entry | None:
    if code == codes.WEIGHT:
        factor = {"kg": 1.0, None: 1.0, "g": 0.001, "[lb_av]": 0.45359237, "lb": 0.45359237}
        return _scaled("weight_kg", value, unit, factor)
    if code == codes.HEIGHT:
        return _scaled("height_cm", value, unit, {"cm": 1.0, None: 1.0, "m": 100.0, "[in_i]": 2.54})
    if code in codes.LABORATORY:
        return {
            "kind": "laboratory_value",
            "name": codes.LABORATORY[code],
            "value": value,
            "unit": unit,
        }
    if code in codes.VITAL or code in codes.PAIN_NOW:
        name = codes.VITAL.get(code, "pain now (0-10)")
        if code in codes.PAIN_NOW and not 0 <= value <= 10:
            raise Malformed(f"pain is {value:g}, but it runs from 0 to 10. Correct it.")
        return {"kind": "vital_sign", "name": name, "value": value, "unit": unit}
    return None


def _scaled(key: str, value: float, unit: str | None, factor: dict[str | None, float]) -> Entry:
    if unit not in factor:
        raise Malformed(f"{key[:-3]} has the unit {unit!r}; expected kg or cm.")
    return {"kind": "demographics", key: round(value * factor[unit], 3)}


def _finding(name: str, resource: dict[str, Any], when: Entry) -> Read:
    """One of our own findings, with side and segment in components."""
    entry: Entry = {"kind": "exam_finding", "name": name, **when}
    flag = resource.get("valueBoolean")
    if isinstance(flag, bool):
        entry["state"] = "present" if flag else "absent"
    else:
        said = text_of(resource.get("valueCodeableConcept"), "valueCodeableConcept")
        if said is None or said.lower() not in ("present", "absent", "unexamined"):
            return [], [f"{name}: neither present nor absent is said."]
        entry["state"] = said.lower()
    for part in as_list(resource.get("component"), "component"):
        component = as_dict(part, "component")
        label = (text_of(component.get("code"), "component.code") or "").lower()
        value = as_string(component.get("valueString"), "component.valueString")
        if label in ("side", "segment", "grade") and value:
            entry[label] = value
    side = _side(resource)
    if side and "side" not in entry:
        entry["side"] = side
    return [entry], []


def medication(resource: dict[str, Any], reading: Reading) -> Read:
    status = as_string(resource.get("status"), "status")
    if status in ("entered-in-error", "cancelled", "draft"):
        return [], [f"{status}."]
    name = text_of(resource.get("medicationCodeableConcept"), "medicationCodeableConcept")
    when = _when(
        resource, reading, "effectiveDateTime", "effectivePeriod", "authoredOn", "dateAsserted"
    )
    if name is None:
        return [], ["the medicine is not named in the resource itself."]
    gone = status in ("not-taken", "stopped", "completed")
    entry: Entry = {
        "kind": "medication",
        "name": name,
        "state": "absent" if gone else "present",
        **when,
    }
    key = "dosage" if "dosage" in resource else "dosageInstruction"
    for dosage in as_list(resource.get(key), key)[:1]:
        text = as_string(as_dict(dosage, key).get("text"), f"{key}.text")
        if text:
            entry["dose"] = text
    return [entry], [f"{name}: {status}, taken as no longer taken."] if gone else []


def allergy(resource: dict[str, Any], reading: Reading) -> Read:
    verification = status_of(resource, "verificationStatus")
    if verification == "entered-in-error":
        return [], ["entered in error."]
    substance = text_of(resource.get("code"), "code")
    when = _when(resource, reading, "recordedDate", "onsetDateTime")
    if substance is None:
        return [], ["the substance is not named."]
    if substance.lower().startswith("no known"):
        return [], [f"{substance}: kept as a note; ask for each substance that will be used."]
    refuted = verification == "refuted" or status_of(resource, "clinicalStatus") == "resolved"
    return [
        {
            "kind": "allergy",
            "substance": substance,
            "state": "absent" if refuted else "present",
            **when,
        }
    ], []


def procedure(resource: dict[str, Any], reading: Reading) -> Read:
    status = as_string(resource.get("status"), "status")
    name = text_of(resource.get("code"), "code")
    when = _when(resource, reading, "performedDateTime", "performedPeriod")
    if status != "completed":
        return [], [f"{name or 'procedure'}: status {status}, so it is not taken as done."]
    if name is None:
        return [], ["the procedure is not named."]
    return [
        {"kind": "procedure", "name": name, "body": {"technique": "other", "details": name}, **when}
    ], []


def imaging_study(resource: dict[str, Any], reading: Reading) -> Read:
    when = _when(resource, reading, "started")
    found = []
    listed = resource.get("modality")
    for part in listed if isinstance(listed, list) else [listed]:
        found.append(as_string(as_dict(part, "modality").get("code"), "modality.code"))
    for part in as_list(resource.get("series"), "series"):
        modality = as_dict(as_dict(part, "series").get("modality"), "series.modality")
        found.append(as_string(modality.get("code"), "series.modality.code"))
    known = sorted({codes.MODALITIES[code] for code in found if code in codes.MODALITIES})
    unknown = sorted({code for code in found if code and code not in codes.MODALITIES})
    notes = [f"modality {code} is not read." for code in unknown]
    if not known and not unknown:
        notes.append("no modality is named.")
    region = as_string(resource.get("description"), "description")
    return [
        {"kind": "imaging_study", "modality": m, "region": region, **when} for m in known
    ], notes


def diagnostic_report(resource: dict[str, Any], reading: Reading) -> Read:
    text = text_of(resource.get("code"), "code") or "report"
    _when(resource, reading, "effectiveDateTime", "effectivePeriod", "issued")
    return [], [f"{text}: enter what it found level by level; free text is not interpreted."]


def questionnaire_response(resource: dict[str, Any], reading: Reading) -> Read:
    when = _when(resource, reading, "authored")
    canonical = as_string(resource.get("questionnaire"), "questionnaire") or ""
    instrument = canonical.rstrip("/").split("/")[-1].split("|")[0]
    for item in as_list(resource.get("item"), "item"):
        part = as_dict(item, "item")
        link = (as_string(part.get("linkId"), "item.linkId") or "").lower()
        if not link.endswith("score"):
            continue
        for answer in as_list(part.get("answer"), "item.answer"):
            data = as_dict(answer, "item.answer")
            score = as_number(data.get("valueDecimal", data.get("valueInteger")), "score")
            if score is not None and instrument:
                return [
                    {"kind": "questionnaire", "instrument": instrument, "score": score, **when}
                ], []
    return [], [f"{instrument or 'questionnaire'}: no item whose linkId ends in score was found."]


def device(resource: dict[str, Any], reading: Reading) -> Read:
    status = as_string(resource.get("status"), "status")
    name = text_of(resource.get("type"), "type")
    if name is None:
        return [], ["the type of device is not named."]
    if status in ("entered-in-error", "inactive"):
        return [], [f"{name}: {status}."]
    entry: Entry = {"kind": "implanted_device", "device": name, **_when(resource, reading)}
    model = as_string(resource.get("modelNumber"), "modelNumber")
    if model:
        entry["model"] = model
    for carrier in as_list(resource.get("udiCarrier"), "udiCarrier")[:1]:
        udi = as_string(as_dict(carrier, "udiCarrier").get("deviceIdentifier"), "deviceIdentifier")
        if udi:
            entry["udi"] = udi
    return [entry], []


READERS: dict[str, Callable[[dict[str, Any], Reading], Read]] = {
    "Patient": patient,
    "Condition": condition,
    "Observation": observation,
    "MedicationStatement": medication,
    "MedicationRequest": medication,
    "AllergyIntolerance": allergy,
    "Procedure": procedure,
    "ImagingStudy": imaging_study,
    "DiagnosticReport": diagnostic_report,
    "QuestionnaireResponse": questionnaire_response,
    "Device": device,
}
