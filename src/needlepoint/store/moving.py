"""How is a whole clinic put into one file and taken out of it again?

The file is a tar archive: one list of rows a table, every attachment, and a manifest with the hash
of each. It is the same for both databases, so it also carries a clinic from SQLite to PostgreSQL.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from errno import EEXIST
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from needlepoint import __version__
from needlepoint.core.errors import DamagedStore, NeedlepointError
from needlepoint.store.attachments import file_fault, path_of
from needlepoint.store.models import Attachment
from needlepoint.store.verifying import Proof, verify

FORMAT = 1
_MANIFEST = "manifest.json"
# Not the clinic's memory: whoever was signed in signs in again; tables that migrations fill.
_LEFT_OUT = ("sessions", "contenttypes", "auth")
_ROWS = 1000


class NotRestored(NeedlepointError):
    """The backup cannot be restored here."""


def backup(to: Path) -> tuple[str, Proof]:
    """Write everything to one file, consistent while others go on working, and read it back.

    Returns:
        the SHA-256 of the file, and the proof that what it holds was whole.

    Raises:
        DamagedStore: the store is damaged, or the file does not read back; no file is left.
        FileExistsError: a backup is never written over.
    """
    if to.exists():
        raise FileExistsError(EEXIST, "there is a file already, and it is kept", str(to))
    part = to.with_name(f".{to.name}.part")
    try:
        part.touch(mode=0o600)
        with _one_moment():
            proof = verify()
            proof.raise_if_damaged()
            with tarfile.open(part, "w:gz", compresslevel=3) as archive:
                _write(archive, proof)
        _read_manifest(part)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return _file_sha256(to), proof


def restore(source: Path) -> Proof:
    """Fill an empty, migrated clinic from a backup. All of it or nothing.

    Raises:
        NotRestored: the clinic holds something, or the backup is of another version.
        DamagedStore: the file is not what was backed up.
    """
    manifest = _read_manifest(source)
    _refuse_unfit(manifest)
    with tarfile.open(source, "r:gz") as archive:
        members = {member.name: member for member in archive}
        for sha256 in manifest["attachments"]:
            _put_file(archive, members[f"attachments/{sha256}"], sha256)
        with transaction.atomic():
            for model in _models():
                _load(archive, members[_name(model)], model)
            _continue_numbers()
            proof = verify(with_files=True)
            proof.raise_if_damaged()
            if proof.checkpoint != manifest["checkpoint"]:
                raise DamagedStore("The charts are not those that were backed up. None was kept.")
    return proof


# --- out ------------------------------------------------------------------------------------------


@contextmanager
def _one_moment() -> Iterator[None]:
    """See the database as it is now, whatever is written meanwhile; writers do not wait."""
    if connection.vendor == "postgresql":
        with transaction.atomic(durable=True):
            connection.cursor().execute(
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
            )
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")  # atomic() would take the writers' lock
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _write(archive: tarfile.TarFile, proof: Proof) -> None:
    tables = {}
    for model in _models():
        with tempfile.TemporaryFile() as rows:
            count = _dump(model, rows)
            tables[_name(model)] = {"rows": count, "sha256": _sha256_of(rows)}
            _add(archive, _name(model), rows)
    files = sorted(set(Attachment.objects.values_list("sha256", "size")))
    for sha256, size in files:
        fault = file_fault(sha256, size, read=True)
        if fault:
            raise DamagedStore(f"attachment {sha256}: {fault} Nothing was backed up.")
        archive.add(path_of(sha256), f"attachments/{sha256}")
    manifest = {
        "format": FORMAT,
        "code_version": __version__,
        "made_at": datetime.now(UTC).isoformat(),
        "database": connection.vendor,
        "migrations": _migrations(),
        "tables": tables,
        "attachments": [sha256 for sha256, _ in files],
        "charts": proof.charts,
        "entries": proof.entries,
        "checkpoint": proof.checkpoint,
    }
    _add(archive, _MANIFEST, io.BytesIO(json.dumps(manifest, indent=1).encode()))


def _dump(model: type[models.Model], to: IO[bytes]) -> int:
    names = [field.attname for field in model._meta.concrete_fields]
    count = 0
    for row in model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=_ROWS):
        to.write(json.dumps(row, cls=_Exact, ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


class _Exact(DjangoJSONEncoder):
    """Times to the microsecond: Django's own shortens them, and the hashes would not match."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size = content.seek(0, io.SEEK_END)
    member.mode = 0o600
    content.seek(0)
    archive.addfile(member, content)


# --- in -------------------------------------------------------------------------------------------


def _read_manifest(source: Path) -> dict[str, Any]:
    """The manifest, after everything in the file was read and is what the manifest says."""
    found: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    try:
        with gzip.open(source) as whole, tarfile.open(fileobj=whole, mode="r:") as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is None:
                    continue
                if member.name == _MANIFEST:
                    manifest = json.load(content)
                else:
                    found[member.name] = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
            while whole.read(1 << 20):
                pass  # to the end, where the checksum of the whole stands
    except (tarfile.TarError, zlib.error, EOFError, ValueError, OSError) as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise
        raise DamagedStore(f"{source.name} is cut short or is no backup. Use another.") from error
    if manifest is None or manifest.get("format") != FORMAT:
        raise DamagedStore(f"{source.name} is no backup of format {FORMAT}. Use another.")
    expected = {name: table["sha256"] for name, table in manifest["tables"].items()}
    expected |= {f"attachments/{sha256}": sha256 for sha256 in manifest["attachments"]}
    wrong = sorted(name for name in expected | found if expected.get(name) != found.get(name))
    if wrong:
        raise DamagedStore(f"{source.name}: not as it was backed up: {', '.join(wrong[:10])}.")
    return manifest


def _refuse_unfit(manifest: dict[str, Any]) -> None:
    full = [m._meta.db_table for m in _models() if m._base_manager.exists()]
    if full:
        raise NotRestored(
            f"This clinic is not empty ({', '.join(full[:3])}). Restore into a new database: set "
            "NEEDLEPOINT_DATABASE_URL and NEEDLEPOINT_DATA, then run: needlepoint manage migrate"
        )
    if manifest["migrations"] != _migrations():
        raise NotRestored(
            f"The backup was made by version {manifest['code_version']} with other tables than "
            f"these. Restore with that version, then migrate."
        )


def _load(archive: tarfile.TarFile, member: tarfile.TarInfo, model: type[models.Model]) -> None:
    names = [field.attname for field in model._meta.concrete_fields]
    content = archive.extractfile(member)
    assert content is not None, "every member was read before"
    batch: list[models.Model] = []
    for line in content:
        batch.append(_row(model, names, json.loads(line)))
        if len(batch) == _ROWS:
            model._base_manager.bulk_create(batch)
            batch = []
    model._base_manager.bulk_create(batch)


def _row(model: type[models.Model], names: list[str], values: list[Any]) -> models.Model:
    row = model()
    for field, name, value in zip(model._meta.concrete_fields, names, values, strict=True):
        target = field.target_field if isinstance(field, models.ForeignKey) else field
        setattr(row, name, target.to_python(value))
    return row


def _put_file(archive: tarfile.TarFile, member: tarfile.TarInfo, sha256: str) -> None:
    place = path_of(sha256)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = archive.extractfile(member)
    assert content is not None, "every member was read before"
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
        while block := content.read(1 << 20):
            file.write(block)
    Path(file.name).replace(place)


def _continue_numbers() -> None:
    """Let new rows be numbered after those that were restored."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(sql)


# --- both -----------------------------------------------------------------------------------------


def _models() -> list[type[models.Model]]:
    """Every table of the clinic, those that are pointed to before those that point."""
    kept = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in _LEFT_OUT and model._meta.managed
    ]
    ordered: list[type[models.Model]] = []
    while kept:
        ready = [m for m in kept if not (_pointed_to(m) & set(kept)) - {m}]
        assert ready, "tables point at each other in a ring"
        ordered += ready
        kept = [model for model in kept if model not in ready]
    return ordered


def _pointed_to(model: type[models.Model]) -> set[Any]:
    return {f.related_model for f in model._meta.concrete_fields if f.related_model is not None}


def _name(model: type[models.Model]) -> str:
    return f"tables/{model._meta.db_table}.jsonl"


def _migrations() -> list[str]:
    labels = {model._meta.app_label for model in _models()}
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app in labels)


def _sha256_of(content: IO[bytes]) -> str:
    content.seek(0)
    return hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]


def _file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


__all__ = ["NotRestored", "backup", "restore"]
