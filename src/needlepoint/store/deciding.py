"""What did the clinician see when signing? Kept with the decision, to be shown again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from needlepoint import __version__
from needlepoint.core.chart import Decision, Entry, Provenance, Role
from needlepoint.store.models import ChartHead, DecisionSnapshot
from needlepoint.store.writing import append_entry


def sign_decision(
    *,
    chart: UUID,
    decision: Decision,
    assessment: Mapping[str, Any],
    knowledge_version: str,
    as_of: datetime,
    author: str,
    role: Role,
    once: str | None = None,
) -> Entry:
    """Write a decision together with the answer it was made on.

    The hash of the answer stands in the entry, so the chain of the chart vouches for it too.

    Args:
        assessment: the answer as plain data, as `needlepoint assess --json` prints it.
    """
    text = json.dumps(assessment, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    signed = replace(
        decision,
        knowledge_version=knowledge_version,
        code_version=__version__,
        assessment_sha256=sha256,
    )
    with transaction.atomic():
        inputs = ChartHead.objects.select_for_update().get(chart_id=chart)
        entry = append_entry(
            chart=chart, statement=signed, author=author, role=role,
            provenance=Provenance.CLINICIAN_FOUND, once=once,
        )  # fmt: skip
        DecisionSnapshot.objects.get_or_create(
            chart=inputs,
            entry_id=entry.id,
            defaults={
                "inputs_sequence": inputs.sequence,
                "inputs_hash": inputs.hash,
                "as_of": as_of,
                "knowledge_version": knowledge_version,
                "code_version": __version__,
                "assessment": text,
                "assessment_sha256": sha256,
            },
        )
    return entry


def signed_assessment(chart: UUID, entry_id: str) -> Mapping[str, Any] | None:
    """The answer on which a decision was signed, as it was; None if none was kept."""
    snapshot = DecisionSnapshot.objects.filter(chart_id=chart, entry_id=entry_id).first()
    if snapshot is None:
        return None
    assessment: Mapping[str, Any] = json.loads(snapshot.assessment)
    return assessment
