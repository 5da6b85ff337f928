"""A clinic's own archive of images, asked by DICOMweb. Read only, and only where we were told to.

The address and the password come from the environment; no request can name another.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings

from needlepoint.accounts.models import Clinic
from needlepoint.core.errors import NeedlepointError, RefusedFile
from needlepoint.imaging.headers import Person
from needlepoint.imaging.kinds import modality_word

_BLOCK = 1 << 18
_SECONDS = 20
_JSON_BYTES = 200_000_000
# What may be asked for: a study and what lies below it, in the letters that numbers are made of.
_PATH = re.compile(
    r"studies(/[0-9.]{1,64})?(/series(/[0-9.]{1,64}(/instances(/[0-9.]{1,64}"
    r"(/(frames(/[0-9,]{1,200})?|bulkdata/[0-9A-Za-z/]{1,80}))?)?)?)?)?(/(metadata|instances))?"
)


class ArchiveUnreachable(NeedlepointError):
    """The archive does not answer, or not as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedStudy:
    """A study that the archive offers."""

    uid: str
    modality: str
    description: str
    made_at: datetime | None
    images: int
    person: Person


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the archive, not yet read to its end."""

    connection: http.client.HTTPConnection
    response: http.client.HTTPResponse
    base: str

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def content_type(self) -> str:
        return self.response.headers.get("Content-Type", "application/octet-stream")

    @property
    def is_json(self) -> bool:
        return "json" in self.content_type.partition(";")[0]

    def blocks(self) -> Iterator[bytes]:
        """The body as it comes."""
        try:
            while block := self.response.read(_BLOCK):
                yield block
        finally:
            self.connection.close()

    def whole(self) -> bytes:
        """The body at once, within a limit."""
        try:
            data = self.response.read(_JSON_BYTES + 1)
        except OSError as error:
            raise _silent() from error
        finally:
            self.connection.close()
        if len(data) > _JSON_BYTES:
            raise ArchiveUnreachable("The archive answered with more than can be read.")
        return data

    def rooted(self, root: str) -> Iterator[bytes]:
        """A JSON body in which the archive's own addresses are ours."""
        yield self.whole().replace(f"{self.base}/studies/".encode(), f"{root}/studies/".encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Where it is, and how to sign in."""

    url: str  # of its DICOMweb root
    user: str = ""
    password: str = ""

    def find(self, *, number: str) -> tuple[ArchivedStudy, ...]:
        """Studies under a patient's number.

        Raises:
            ArchiveUnreachable: no answer, or none that can be read.
        """
        fields = ("00081030", "00201208", "00100030")
        query = urlencode([("PatientID", number), *(("includefield", f) for f in fields)])
        return tuple(_study(one) for one in self._json(f"studies?{query}"))

    def study(self, uid: str) -> list[dict[str, Any]]:
        """The archive's answer about one study."""
        return self._json(f"studies?{urlencode([('StudyInstanceUID', uid)])}")

    def number_of(self, uid: str) -> str | None:
        """The patient's number under which the archive has a study; None if it has none."""
        found = self.study(uid)
        return _study(found[0]).person.number if found else None

    def get(self, path: str, *, accept: str) -> Answer:
        """Ask for a study or something below it.

        Raises:
            RefusedFile: the path is of nothing that an archive has.
        """
        if not _PATH.fullmatch(path):
            raise RefusedFile("No image has this address.")
        return self._get(path, accept=accept)

    def _json(self, path: str) -> list[dict[str, Any]]:
        answer = self._get(path, accept="application/dicom+json")
        body = answer.whole()
        if answer.status == 204:
            return []
        if answer.status in (401, 403):
            raise ArchiveUnreachable(
                "The archive refused the clinic's password. Ask who runs it to correct it."
            )
        try:
            said = json.loads(body) if answer.status == 200 else None
        except ValueError:
            said = None
        if not isinstance(said, list):
            raise ArchiveUnreachable(
                "The archive answered with something that is no list of studies. Ask who runs it."
            )
        return said

    def _get(self, path: str, *, accept: str) -> Answer:
        parts = urlsplit(self.url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=_SECONDS)
        headers = {"Accept": accept}
        if self.user:
            said = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            headers["Authorization"] = f"Basic {said}"
        try:
            # Redirects are not followed: the archive is where we were told, and nowhere else.
            connection.request("GET", f"{parts.path.rstrip('/')}/{path}", headers=headers)
            response = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise _silent() from error
        return Answer(connection, response, self.url.rstrip("/"))


def archive_of(clinic: UUID) -> Archive | None:
    """The archive of a clinic; None if it has none.

    Where several clinics share an installation, the archive is of the one that is named.
    """
    url = settings.ARCHIVE_URL
    if not url:
        return None
    named = settings.ARCHIVE_CLINIC
    if named != str(clinic) and (named or Clinic.objects.exclude(pk=clinic).exists()):
        return None
    return Archive(url=url, user=settings.ARCHIVE_USER, password=settings.ARCHIVE_PASSWORD)


def _silent() -> ArchiveUnreachable:
    return ArchiveUnreachable(
        "The image archive does not answer. Images that are kept here can be opened; try the "
        "archive again in a few minutes, or ask who runs it."
    )


def _study(said: dict[str, Any]) -> ArchivedStudy:
    modalities = [str(m) for m in _values(said, "00080061")] or ["OT"]
    words = [modality_word(m) for m in modalities if m not in ("SR", "PR", "KO", "SC", "OT")]
    name = _values(said, "00100010")
    alphabetic = str(name[0].get("Alphabetic", "")) if name and isinstance(name[0], dict) else ""
    family, _, given = alphabetic.partition("^")
    counted = _values(said, "00201208")
    return ArchivedStudy(
        uid=str((_values(said, "0020000D") or [""])[0]),
        modality=words[0] if words else "other",
        description=str((_values(said, "00081030") or [""])[0])[:64],
        made_at=_moment(said),
        images=int(counted[0]) if counted else 0,
        person=Person(
            family=family.strip(), given=given.replace("^", " ").strip(),
            born=_day(str((_values(said, "00100030") or [""])[0])),
            number=str((_values(said, "00100020") or [""])[0]),
        ),
    )  # fmt: skip


def _values(said: dict[str, Any], tag: str) -> list[Any]:
    element = said.get(tag)
    values = element.get("Value") if isinstance(element, dict) else None
    return values if isinstance(values, list) else []


def _moment(said: dict[str, Any]) -> datetime | None:
    day = _day(str((_values(said, "00080020") or [""])[0]))
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        return None


__all__ = ["Answer", "Archive", "ArchiveUnreachable", "ArchivedStudy", "archive_of"]
