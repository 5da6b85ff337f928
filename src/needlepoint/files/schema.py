"""The JSON Schema of a chart file, for editors: keys, bounds and every name that is known."""

from __future__ import annotations

from typing import Any

from needlepoint.core.chart import Provenance, Role
from needlepoint.core.knowledge import Knowledge
from needlepoint.files.typed import STATEMENT, adapter


def chart_schema(knowledge: Knowledge) -> dict[str, Any]:
    """A schema of one chart file; names come from this knowledge."""
    statements = adapter(STATEMENT).json_schema(ref_template="#/$defs/{model}")
    definitions: dict[str, Any] = statements.pop("$defs")
    _name(definitions, "Complaint", "presentation", sorted(knowledge.presentations))
    for kind in ("Symptom", "ExamFinding", "ImagingFinding"):
        _name(definitions, kind, "name", sorted(knowledge.findings))
    _name(definitions, "PainMark", "zone", sorted(knowledge.anatomy.zones))
    _name(definitions, "DiagnosticBlock", "block", sorted(knowledge.blocks))
    envelope = {
        "id": {"type": "string"},
        "occurred_at": {
            "type": "string",
            "description": "when it was so; UTC unless a zone is given",
        },
        "recorded_at": {"type": "string", "description": "when it was written down"},
        "author": {"type": "string"},
        "role": {"enum": [role.value for role in Role]},
        "provenance": {"enum": [provenance.value for provenance in Provenance]},
    }
    for definition in definitions.values():
        properties = definition.get("properties", {})
        if "kind" in properties and "const" in properties["kind"]:
            properties.update(envelope)
            definition["required"] = sorted({*definition.get("required", []), "kind"})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Needlepoint chart",
        "type": "object",
        "additionalProperties": False,
        "required": ["entries"],
        "properties": {
            "needlepoint": {"const": 1, "description": "format version"},
            "id": {"type": "string"},
            "as_of": {"type": "string"},
            "defaults": {
                "type": "object",
                "additionalProperties": False,
                "properties": {k: v for k, v in envelope.items() if k != "id"},
            },
            "entries": {"type": "array", "minItems": 1, "items": statements},
        },
        "$defs": definitions,
    }


def _name(definitions: dict[str, Any], model: str, key: str, names: list[str]) -> None:
    definitions[model]["properties"][key] = {"enum": names}
