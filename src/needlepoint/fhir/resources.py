"""What does one resource say? One reader a resource type: entries, and what it left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from needlepoint.core.knowledge import Knowledge
from needlepoint.fhir import codes

Entry = dict[str, Any]
Read = tuple[list[Entry], list[str]]


class Malformed(Exception):
    """A resource that is not FHIR where it matters; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What every reader may need."""

    knowledge: Knowledge
    fallback: str | None  # the bundle's own time, for resources without one


# --- parts of a resource --------------------------------------------------------------------------


def _dict(value: Any, what: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Malformed(f"{what} must be an object. Export it again.")
    return value


def _list(value: Any, what: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(f"{what} must be a list. Export it again.")
    return value


def _string(value: Any, what: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Malformed(f"{what} must be text. Export it again.")
    return value.strip() or None


def _number(value: Any, what: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Malformed(f"{what} must be a number. Export it again.")
    return float(value)


def _codings(concept: Any, what: str) -> Iterator[tuple[str, str]]:
    """(system, code) of a CodeableConcept."""
    for coding in _list(_dict(concept, what).get("coding"), f"{what}.coding"):
        part = _dict(coding, f"{what}.coding")
        code = _string(part.get("code"), f"{what}.coding.code")
        if code:
            yield _string(part.get("system"), f"{what}.coding.system") or "", code


def _words(concept: Any, what: str) -> str | None:
    """The text of a CodeableConcept, or the display of its first coding."""
    data = _dict(concept, what)
    text = _string(data.get("text"), f"{what}.text")
    if text:
        return text
    for coding in _list(data.get("coding"), f"{what}.coding"):
        display = _string(_dict(coding, f"{what}.coding").get("display"), f"{what}.coding.display")
        if display:
            return display
    return None


def _status(resource: dict[str, Any], key: str) -> str | None:
    """The code of a status that is a CodeableConcept."""
    return next((code for _, code in _codings(resource.get(key), key)), None)


def _when(resource: dict[str, Any], reading: Reading, *keys: str) -> Entry:
    """occurred_at from the first time given, else the resource's last update, else the bundle's."""
    for key in keys:
        value = resource.get(key)
        if isinstance(value, dict):
            value = value.get("start")
        if value is not None:
            return {"occurred_at": _date(_string(value, key))}
    meta = _dict(resource.get("meta"), "meta")
    moment = _string(meta.get("lastUpdated"), "meta.lastUpdated") or reading.fallback
    if moment is None:
        raise Malformed("no date: neither the resource nor the bundle says when. Add a timestamp.")
    return {"occurred_at": _date(moment)}


def _date(text: str | None) -> str | None:
    """FHIR allows a year or a month alone: its first day stands for it."""
    if text is None:
        return None
    parts = text.split("-")
    if len(text) == 4 and text.isdigit():
        return f"{text}-01-01"
    if len(text) == 7 and len(parts) == 2:
        return f"{text}-01"
    return text


# --- readers --------------------------------------------------------------------------------------


def patient(resource: dict[str, Any], reading: Reading) -> Read:
    born = _string(resource.get("birthDate"), "birthDate")
    sex = _string(resource.get("gender"), "gender")
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
    verification = _status(resource, "verificationStatus")
    clinical = _status(resource, "clinicalStatus")
    text = _words(resource.get("code"), "code")
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
        onset = _string(resource.get("onsetDateTime"), "onsetDateTime")
        if onset and len(onset) >= 10:
            complaint["onset"] = onset[:10]
        entries.append(complaint)
    return entries, notes


def _complaint_of(resource: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
    """Presentation, side and ICD-10 code of a condition, if its code is unmistakable."""
    icd = None
    for system, code in _codings(resource.get("code"), "code"):
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
        words = (_words(site, "bodySite") or "").lower().split()
        for side in ("left", "right", "bilateral"):
            if side in words:
                return "both" if side == "bilateral" else side
    return None


def observation(resource: dict[str, Any], reading: Reading) -> Read:
    status = _string(resource.get("status"), "status")
    if status in ("entered-in-error", "cancelled"):
        return [], [f"{status}."]
    when = _when(resource, reading, "effectiveDateTime", "effectivePeriod", "issued")
    quantity = _dict(resource.get("valueQuantity"), "valueQuantity")
    value = _number(quantity.get("value"), "valueQuantity.value")
    if value is None:
        value = _number(resource.get("valueInteger"), "valueInteger")
    unit = _string(quantity.get("unit"), "valueQuantity.unit") or _string(
        quantity.get("code"), "valueQuantity.code"
    )
    for system, code in _codings(resource.get("code"), "code"):
        if system == codes.OURS:
            return _finding(code, resource, when)
        if system == codes.LOINC and value is not None:
            entry = _measured(code, value, unit)
            if entry is not None:
                return [{**entry, **when}], []
    text = _words(resource.get("code"), "code") or "an observation"
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
        said = _words(resource.get("valueCodeableConcept"), "valueCodeableConcept")
        if said is None or said.lower() not in ("present", "absent", "unexamined"):
            return [], [f"{name}: neither present nor absent is said."]
        entry["state"] = said.lower()
    for part in _list(resource.get("component"), "component"):
        component = _dict(part, "component")
        label = (_words(component.get("code"), "component.code") or "").lower()
        value = _string(component.get("valueString"), "component.valueString")
        if label in ("side", "segment", "grade") and value:
            entry[label] = value
    side = _side(resource)
    if side and "side" not in entry:
        entry["side"] = side
    return [entry], []


def medication(resource: dict[str, Any], reading: Reading) -> Read:
    status = _string(resource.get("status"), "status")
    if status in ("entered-in-error", "cancelled", "draft"):
        return [], [f"{status}."]
    name = _words(resource.get("medicationCodeableConcept"), "medicationCodeableConcept")
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
    for dosage in _list(resource.get(key), key)[:1]:
        text = _string(_dict(dosage, key).get("text"), f"{key}.text")
        if text:
            entry["dose"] = text
    return [entry], [f"{name}: {status}, taken as no longer taken."] if gone else []


def allergy(resource: dict[str, Any], reading: Reading) -> Read:
    verification = _status(resource, "verificationStatus")
    if verification == "entered-in-error":
        return [], ["entered in error."]
    substance = _words(resource.get("code"), "code")
    when = _when(resource, reading, "recordedDate", "onsetDateTime")
    if substance is None:
        return [], ["the substance is not named."]
    if substance.lower().startswith("no known"):
        return [], [f"{substance}: kept as a note; ask for each substance that will be used."]
    refuted = verification == "refuted" or _status(resource, "clinicalStatus") == "resolved"
    return [
        {
            "kind": "allergy",
            "substance": substance,
            "state": "absent" if refuted else "present",
            **when,
        }
    ], []


def procedure(resource: dict[str, Any], reading: Reading) -> Read:
    status = _string(resource.get("status"), "status")
    name = _words(resource.get("code"), "code")
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
        found.append(_string(_dict(part, "modality").get("code"), "modality.code"))
    for part in _list(resource.get("series"), "series"):
        modality = _dict(_dict(part, "series").get("modality"), "series.modality")
        found.append(_string(modality.get("code"), "series.modality.code"))
    known = sorted({codes.MODALITIES[code] for code in found if code in codes.MODALITIES})
    unknown = sorted({code for code in found if code and code not in codes.MODALITIES})
    notes = [f"modality {code} is not read." for code in unknown]
    if not known and not unknown:
        notes.append("no modality is named.")
    region = _string(resource.get("description"), "description")
    return [
        {"kind": "imaging_study", "modality": m, "region": region, **when} for m in known
    ], notes


def diagnostic_report(resource: dict[str, Any], reading: Reading) -> Read:
    text = _words(resource.get("code"), "code") or "report"
    _when(resource, reading, "effectiveDateTime", "effectivePeriod", "issued")
    return [], [f"{text}: enter what it found level by level; free text is not interpreted."]


def questionnaire_response(resource: dict[str, Any], reading: Reading) -> Read:
    when = _when(resource, reading, "authored")
    canonical = _string(resource.get("questionnaire"), "questionnaire") or ""
    instrument = canonical.rstrip("/").split("/")[-1].split("|")[0]
    for item in _list(resource.get("item"), "item"):
        part = _dict(item, "item")
        link = (_string(part.get("linkId"), "item.linkId") or "").lower()
        if not link.endswith("score"):
            continue
        for answer in _list(part.get("answer"), "item.answer"):
            data = _dict(answer, "item.answer")
            score = _number(data.get("valueDecimal", data.get("valueInteger")), "score")
            if score is not None and instrument:
                return [
                    {"kind": "questionnaire", "instrument": instrument, "score": score, **when}
                ], []
    return [], [f"{instrument or 'questionnaire'}: no item whose linkId ends in score was found."]


def device(resource: dict[str, Any], reading: Reading) -> Read:
    status = _string(resource.get("status"), "status")
    name = _words(resource.get("type"), "type")
    if name is None:
        return [], ["the type of device is not named."]
    if status in ("entered-in-error", "inactive"):
        return [], [f"{name}: {status}."]
    entry: Entry = {"kind": "implanted_device", "device": name, **_when(resource, reading)}
    model = _string(resource.get("modelNumber"), "modelNumber")
    if model:
        entry["model"] = model
    for carrier in _list(resource.get("udiCarrier"), "udiCarrier")[:1]:
        udi = _string(_dict(carrier, "udiCarrier").get("deviceIdentifier"), "deviceIdentifier")
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
