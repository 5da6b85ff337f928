"""What does the archive have of this patient? Found by number, compared by name and birth date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from needlepoint.core.chart import ImagingStudy, Provenance, Role
from needlepoint.core.errors import RefusedFile
from needlepoint.core.knowledge import Knowledge
from needlepoint.imaging.archive import Archive, ArchivedStudy
from needlepoint.imaging.identity import differences
from needlepoint.imaging.keeping import OtherPatient, known_as
from needlepoint.imaging.studies import standing_uids
from needlepoint.store.models import Number, Patient
from needlepoint.store.patients import search_name
from needlepoint.store.writing import append_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A study of the archive, and whether it fits the patient."""

    study: ArchivedStudy
    differs: tuple[str, ...]
    is_attached: bool


def offered_by(patient: Patient, archive: Archive) -> tuple[Offered, ...]:
    """Studies under the numbers of this patient, the latest first."""
    attached = standing_uids(patient.chart_id)
    found = {
        study.uid: study
        for number in Number.objects.filter(patient=patient).order_by("pk")
        for study in archive.find(number=number.value)
        if study.uid and study.person.number == number.value
    }
    offered = [
        Offered(study=one, differs=_differs(patient, one), is_attached=one.uid in attached)
        for one in found.values()
    ]
    oldest = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted(offered, key=lambda o: o.study.made_at or oldest, reverse=True))


def attach_study(
    patient: Patient,
    archive: Archive,
    uid: str,
    *,
    author: str,
    role: Role,
    knowledge: Knowledge,
    confirmed: str = "",
    once: str | None = None,
) -> None:
    """Say in the chart that a study of the archive is this patient's. Its images stay there.

    Raises:
        OtherPatient: name or birth date differ, and nobody confirmed.
        RefusedFile: the archive does not offer it under a number of this patient.
        ArchiveUnreachable: no answer.
    """
    named = [one for one in offered_by(patient, archive) if one.study.uid == uid]
    if not named:
        raise RefusedFile("The archive has no such study of this patient. Reload the list.")
    one = named[0]
    if one.is_attached:
        return
    if one.differs and not confirmed.strip():
        raise OtherPatient(one.differs)
    note = f"Attached although: {' '.join(one.differs)} {confirmed.strip()[:200]}"
    made = one.study.made_at
    append_entry(
        chart=patient.chart_id,
        statement=ImagingStudy(
            modality=one.study.modality, region=one.study.description.lower() or None,
            study_uid=uid, note=note if one.differs else None,
        ),
        author=author, role=role, provenance=Provenance.IMPORTED,
        occurred_at=made if made and made <= datetime.now(UTC) else None,
        once=once, knowledge=knowledge,
    )  # fmt: skip


def _differs(patient: Patient, one: ArchivedStudy) -> tuple[str, ...]:
    said = one.person
    compared = (search_name(said.family), search_name(said.given))
    return differences(said, known_as(patient, said.number), compared=compared)


__all__ = ["Offered", "attach_study", "offered_by"]
