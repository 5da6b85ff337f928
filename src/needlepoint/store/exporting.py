"""How does one chart leave the clinic as files that can be read without it?"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.db import transaction
from django.db.models import Q

from needlepoint import __version__
from needlepoint.core.chart import Chart, Entry
from needlepoint.core.errors import NeedlepointError
from needlepoint.files.charts import FORMAT
from needlepoint.files.typed import STATEMENT, adapter
from needlepoint.store.attachments import path_of
from needlepoint.store.models import Attachment, DecisionSnapshot, EntryRow, Patient
from needlepoint.store.reading import chart_from_store

_ENDINGS = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "application/dicom": "dcm",
}


class UnknownChart(NeedlepointError):
    """No chart has this id."""


def export_chart(chart: UUID, to: Path) -> Path:
    """Write a whole chart into a new folder: entries, files, signed answers, and their hashes.

    Args:
        chart: the id of the chart, or the id in the address of the patient's pages.
        to: the new folder.

    `chart.yaml` is what `needlepoint assess` reads. Name, birth date and contact are not in it.

    Raises:
        UnknownChart: no chart has this id.
        FileExistsError: the folder is there already.
    """
    chart = _chart_of(chart)
    to.mkdir(parents=True, mode=0o700)
    with transaction.atomic():
        (to / "chart.yaml").write_text(chart_text(chart_from_store(chart)), encoding="utf-8")
        (to / "hashes.jsonl").write_text("".join(_hashes(chart)), encoding="utf-8")
        for snapshot in DecisionSnapshot.objects.filter(chart_id=chart):
            (to / "signed").mkdir(exist_ok=True)
            name = f"{snapshot.assessment_sha256}.json"
            (to / "signed" / name).write_text(snapshot.assessment, encoding="utf-8")
        for attachment in Attachment.objects.filter(chart_id=chart).order_by("sequence"):
            (to / "attachments").mkdir(exist_ok=True)
            ending = _ENDINGS[attachment.media_type]
            name = f"{attachment.sequence:04d}.{ending}"
            shutil.copyfile(path_of(attachment.sha256), to / "attachments" / name)
    (to / "manifest.json").write_text(json.dumps(_manifest(chart, to), indent=1), encoding="utf-8")
    return to


def _chart_of(given: UUID) -> UUID:
    found = Patient.objects.filter(Q(chart_id=given) | Q(pk=given)).first()
    if found is None:
        raise UnknownChart(
            f"No chart has the id {given}. Copy it from the address of the patient's pages."
        )
    return found.chart_id


def chart_text(chart: Chart) -> str:
    """A chart as a file that `read_chart` reads back into the same entries."""
    data: dict[str, Any] = {"needlepoint": FORMAT, "id": chart.id}
    if chart.entries:
        data["as_of"] = max(entry.recorded_at for entry in chart.entries).isoformat()
    data["entries"] = [_plain(entry) for entry in chart.entries]
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)


def _plain(entry: Entry) -> dict[str, Any]:
    statement = adapter(STATEMENT).dump_python(entry.statement, mode="json", exclude_none=True)
    return {
        "id": entry.id,
        "occurred_at": entry.occurred_at.astimezone(UTC).isoformat(),
        "recorded_at": entry.recorded_at.astimezone(UTC).isoformat(),
        "author": entry.author,
        "role": entry.role.value,
        "provenance": entry.provenance.value,
        **statement,
    }


def _hashes(chart: UUID) -> Iterator[str]:
    """The chain as it was stored, so that an outsider can compute it anew."""
    fields = ("sequence", "entry_id", "statement", "once", "previous", "hash")
    for row in EntryRow.objects.filter(chart_id=chart).order_by("sequence").values(*fields):
        yield json.dumps(row, ensure_ascii=False) + "\n"


def _manifest(chart: UUID, folder: Path) -> dict[str, Any]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        "chart": str(chart),
        "made_at": datetime.now(UTC).isoformat(),
        "code_version": __version__,
        "files": {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        },
    }
