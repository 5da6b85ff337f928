"""Reading the knowledge base: many small files into one checked `Knowledge`."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from needlepoint.config import cache_dir, knowledge_root, policies_folder
from needlepoint.core.anatomy import Anatomy, Kind, Nerve, Supply, Zone
from needlepoint.core.errors import Fault, KnowledgeFault
from needlepoint.core.knowledge import (
    Agent,
    Block,
    BlockResponse,
    DiscographyModel,
    EarlierResults,
    EarlierTreatments,
    Extract,
    FindingGroup,
    FindingKnowledge,
    InferenceParameters,
    Knowledge,
    MechanismKnowledge,
    MechanismPlan,
    Modifier,
    PlaceTable,
    Presentation,
    RedFlag,
    Referral,
    Source,
    Therapy,
    TreatmentKnowledge,
    Utilities,
)
from needlepoint.files.guidance import read_guidance
from needlepoint.files.nodes import Document
from needlepoint.files.policies import with_policies
from needlepoint.files.references import broken_references
from needlepoint.files.shelf import KnowledgeFiles, Shelf, by_name
from needlepoint.files.typed import adapter, read_as


@dataclass(kw_only=True)
class ReadKnowledge:
    """What was read, with the documents for pointing at lines, and everything wrong with it."""

    knowledge: Knowledge | None
    documents: dict[str, Document] = field(default_factory=dict)
    faults: list[tuple[str, Fault]] = field(default_factory=list)  # (file, fault)


def load_knowledge(root: Path | str | None = None, *, cache: bool = True) -> Knowledge:
    """Read the knowledge base, from a cache keyed by its content where there is one.

    Without a root, the policies of the folder NEEDLEPOINT_POLICIES are added.

    Raises:
        KnowledgeFault: every fault of every file, with its line.
    """
    with collection_paused():
        knowledge = _loaded(Path(root) if root is not None else knowledge_root(), cache)
    more = policies_folder() if root is None else None
    return with_policies(knowledge, more) if more else knowledge


@contextmanager
def collection_paused() -> Iterator[None]:
    """No search for garbage while a hundred thousand objects are made that will stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _loaded(root: Path, cache: bool) -> Knowledge:
    files = knowledge_files(root)
    version = files.version
    if cache and (cached := _from_cache(version)) is not None:
        return cached
    read = read_knowledge(files)
    if read.faults or read.knowledge is None:
        raise _as_error(read.faults)
    if cache:
        _to_cache(read.knowledge)
    return read.knowledge


def knowledge_files(root: Path) -> KnowledgeFiles:
    """The text of every YAML file below a folder; os.walk, because it runs at every start."""
    texts: dict[str, bytes] = {}
    for folder, folders, names in os.walk(root):
        folders.sort()
        below = os.path.relpath(folder, root).replace(os.sep, "/")
        for name in sorted(names):
            if name.endswith(".yaml"):
                with open(os.path.join(folder, name), "rb") as file:
                    texts[name if below == "." else f"{below}/{name}"] = file.read()
    return KnowledgeFiles(root=root, texts=dict(sorted(texts.items())))


def _as_error(faults: list[tuple[str, Fault]]) -> KnowledgeFault:
    return KnowledgeFault(
        "knowledge",
        tuple(Fault(where=f"{name}, {fault.where}", what=fault.what) for name, fault in faults),
    )


# --- reading --------------------------------------------------------------------------------------


def read_knowledge(files: KnowledgeFiles) -> ReadKnowledge:
    """Read and check every file; knowledge is None where something essential cannot be read."""
    shelf = Shelf(files=files)
    parts: dict[str, Any] = {
        "version": files.version,
        "anatomy": _anatomy(shelf),
        "sources": {s.id: s for s in _sources(shelf)},
        "extracts": dict(_extracts(shelf)),
        "presentations": {
            p.id: p for p in shelf.each(Presentation, "priors", skip=("priors/places/",))
        },
        "places": tuple(
            row
            for name in shelf.under("priors/places")
            for row in shelf.many(PlaceTable, name, "places")
        ),
        "findings": by_name(
            shelf, shelf.each(FindingKnowledge, "findings", skip=("findings/groups/",))
        ),
        "groups": {
            group.id: group
            for name in shelf.under("findings/groups")
            for group in shelf.many(FindingGroup, name, "groups")
        },
        "referrals": tuple(shelf.each(Referral, "referral")),
        "blocks": by_name(
            shelf,
            shelf.each(
                Block,
                "blocks",
                skip=("blocks/response", "blocks/agents", "blocks/discography"),
            ),
        ),
        "block_response": shelf.one(BlockResponse, "blocks/response.yaml"),
        "agents": {a.id: a for a in shelf.many(Agent, "blocks/agents.yaml", "agents")},
        "discography": shelf.one(DiscographyModel, "blocks/discography.yaml"),
        "mechanism": shelf.one(MechanismKnowledge, "mechanism/mechanism.yaml"),
        "red_flags": tuple(shelf.each(RedFlag, "safety/red_flags")),
        "therapies": {t.id: t for t in shelf.each(Therapy, "therapies")},
        "treatment": _treatment(shelf),
        "utilities": shelf.one(Utilities, "plan/utilities.yaml"),
        "parameters": shelf.one(InferenceParameters, "inference/parameters.yaml"),
        "earlier_treatments": shelf.one(EarlierTreatments, "inference/treatments.yaml"),
        "guidance": read_guidance(shelf),
    }
    if any(value is None for value in parts.values()):
        return ReadKnowledge(knowledge=None, documents=shelf.documents, faults=shelf.faults)
    knowledge = Knowledge(**parts)
    faults = [*shelf.faults, *broken_references(knowledge, shelf.documents)]
    return ReadKnowledge(knowledge=knowledge, documents=shelf.documents, faults=faults)


def _treatment(shelf: Shelf) -> TreatmentKnowledge:
    return TreatmentKnowledge(
        modifiers=tuple(shelf.many(Modifier, "plan/modifiers.yaml", "modifiers")),
        earlier=shelf.one(EarlierResults, "plan/earlier.yaml"),
        mechanisms=tuple(shelf.many(MechanismPlan, "plan/mechanisms.yaml", "mechanisms")),
    )


def _anatomy(shelf: Shelf) -> Anatomy:
    kinds, nerves, supplies, zones = [], [], [], []
    for name in shelf.under("anatomy"):
        kinds += shelf.many(Kind, name, "kinds")
        nerves += shelf.many(Nerve, name, "nerves")
        supplies += shelf.many(Supply, name, "supplies")
        zones += shelf.many(Zone, name, "zones")
    for what, items in (("kind", kinds), ("nerve", nerves), ("zone", zones)):
        seen: set[str] = set()
        for item in items:
            if item.id in seen:
                text = f"the {what} {item.id!r} is defined twice. Keep one."
                shelf.faults.append(("anatomy", Fault(where="the folder", what=text)))
            seen.add(item.id)
    return Anatomy(
        kinds={k.id: k for k in kinds},
        nerves={n.id: n for n in nerves},
        supplies=tuple(supplies),
        zones={z.id: z for z in zones},
    )


def _sources(shelf: Shelf) -> Iterator[Source]:
    for name in shelf.under("sources"):
        source = shelf.one(Source, name)
        if source is not None:
            yield source


def _extracts(shelf: Shelf) -> Iterator[tuple[str, Extract]]:
    for name in shelf.under("extracts"):
        document = shelf.document(name)
        if document is None:
            continue
        source = name.removeprefix("extracts/").removesuffix(".yaml")
        value, faults = read_as(
            dict[str, Extract], document, document.data.get("extracts", {}), ("extracts",)
        )
        shelf.faults += [(name, fault) for fault in faults]
        for key, extract in (value or {}).items():
            yield f"{source}/{key}", extract


# --- cache ----------------------------------------------------------------------------------------


def _cache_file(version: str) -> Path:
    return cache_dir() / f"knowledge-{version}.json"


def _from_cache(version: str) -> Knowledge | None:
    """The knowledge of this content, if it was kept; anything odd about the cache is ignored."""
    try:
        text = _cache_file(version).read_bytes()
        knowledge: Knowledge = adapter(Knowledge).validate_json(text)
    except (OSError, ValueError, ValidationError):
        return None
    return knowledge if knowledge.version == version else None


def _to_cache(knowledge: Knowledge) -> None:
    """Keep it, whole or not at all; a cache that cannot be written is no error."""
    with suppress(OSError):
        path = _cache_file(knowledge.version)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "wb") as part:
            part.write(adapter(Knowledge).dump_json(knowledge))
        os.replace(name, path)


__all__ = [
    "KnowledgeFiles",
    "ReadKnowledge",
    "collection_paused",
    "knowledge_files",
    "load_knowledge",
    "read_knowledge",
]
