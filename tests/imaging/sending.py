"""A patient whose images are attached, and ways to send more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from images import BORN, study

from web.people import Practice, practice


def with_identity(here: Practice) -> Practice:
    from needlepoint.store.models import Identity

    Identity.objects.filter(patient=here.patient).update(birth_date=BORN)
    return here


def clinic(case: str | None = "lumbar/facet_or_sacroiliac") -> Practice:
    return with_identity(practice(case))


def send(
    client: Client, here: Practice, files: Iterable[bytes] | dict[str, bytes], **more: Any
) -> Any:
    named = files if isinstance(files, dict) else {f"{n}.dcm": f for n, f in enumerate(files)}
    sent = [SimpleUploadedFile(name, content) for name, content in named.items()]
    form = {"files": sent, "whole": "yes", **more}
    return client.post(
        here.address("imaging/upload/"), {k: v for k, v in form.items() if v is not None}
    )


def attached(here: Practice, files: list[bytes] | None = None) -> Practice:
    assert send(here.physician, here, files or study()).status_code == 302
    return here


def refused(answer: HttpResponse) -> str:
    """What the page says, and that nothing was kept."""
    from needlepoint.store.models import Attachment, ImageRow

    assert answer.status_code == 422
    assert not Attachment.objects.exists() and not ImageRow.objects.exists()
    return answer.content.decode()
