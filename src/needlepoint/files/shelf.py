"""The folder of knowledge files while it is being read: texts, documents and every fault so far."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from needlepoint.core.errors import Fault
from needlepoint.files.nodes import Document, read_document
from needlepoint.files.typed import read_as


@dataclass(frozen=True, kw_only=True)
class KnowledgeFiles:
    """Every file below the root, as text, and the hash of them all."""

    root: Path
    texts: dict[str, bytes]

    @property
    def version(self) -> str:
        digest = hashlib.sha256()
        for name, text in sorted(self.texts.items()):
            digest.update(name.encode() + b"\0" + text + b"\0")
        return digest.hexdigest()[:16]


@dataclass(kw_only=True)
class Shelf:
    """What the files of each folder became, while reading."""

    files: KnowledgeFiles
    documents: dict[str, Document] = field(default_factory=dict)
    faults: list[tuple[str, Fault]] = field(default_factory=list)

    def under(self, folder: str) -> list[str]:
        return [name for name in self.files.texts if name.startswith(folder + "/")]

    def document(self, name: str) -> Document | None:
        """The parsed file; None, and a fault, where it cannot be parsed or is not there."""
        if name not in self.files.texts:
            self.faults.append((name, Fault(where="the file", what="it is missing. Write it.")))
            return None
        if name not in self.documents:
            document = read_document(self.files.texts[name])
            self.documents[name] = document
            self.faults += [(name, fault) for fault in document.faults]
        document = self.documents[name]
        if document.faults:
            return None
        if not isinstance(document.data, dict):
            self.faults.append(
                (name, Fault(where="line 1", what="keys with values are expected here."))
            )
            return None
        return document

    def one(self, wanted: Any, name: str, *, extra: dict[str, Any] | None = None) -> Any:
        document = self.document(name)
        if document is None:
            return None
        value, faults = read_as(wanted, document, {**document.data, **(extra or {})})
        self.faults += [(name, fault) for fault in faults]
        return value

    def many(self, wanted: Any, name: str, key: str) -> list[Any]:
        """The list under a key of a file."""
        document = self.document(name)
        if document is None or key not in document.data:
            return []
        value, faults = read_as(list[wanted], document, document.data[key], (key,))
        self.faults += [(name, fault) for fault in faults]
        return value or []

    def mapping(self, wanted: Any, name: str, key: str) -> dict[str, Any]:
        """The mapping under a key of a file."""
        document = self.document(name)
        if document is None or key not in document.data:
            return {}
        value, faults = read_as(dict[str, wanted], document, document.data[key], (key,))
        self.faults += [(name, fault) for fault in faults]
        return value or {}

    def each(self, wanted: Any, folder: str, *, skip: tuple[str, ...] = ()) -> Iterator[Any]:
        """One value a file of a folder; its id must be its path."""
        for name in self.under(folder):
            if any(name.startswith(part) for part in skip):
                continue
            value = self.one(wanted, name, extra={"source_file": name})
            if value is None:
                continue
            path = name.removeprefix(folder + "/").removesuffix(".yaml")
            if value.id != path:
                document = self.documents[name]
                what = f"id is {value.id!r}, but the file is {path}.yaml. Make them agree."
                self.faults.append((name, Fault(where=document.where(("id",)), what=what)))
                continue
            yield value


def by_name(shelf: Shelf, items: Iterator[Any]) -> dict[str, Any]:
    """Charts use the last part of the path, so it must be unique."""
    named: dict[str, Any] = {}
    for item in items:
        if item.name in named:
            what = f"{item.name!r} is also the name of {named[item.name].id}. Rename one."
            shelf.faults.append((item.source_file, Fault(where="the file", what=what)))
        named[item.name] = item
    return named
