"""A paper as PDF, by Typst. The same paper gives the same bytes."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import Any

from needlepoint.core.errors import NeedlepointError
from needlepoint.core.papers import Basis, Paper, Section, Sentence
from needlepoint.core.papers.words import word
from needlepoint.papers.text import FOOT, OPEN

_TEMPLATE = Path(__file__).with_name("paper.typ")


def as_pdf(paper: Paper) -> bytes:
    """Set the paper; identity and page number stand on every page.

    Raises:
        NeedlepointError: Typst is not installed; says how to install it.
    """
    try:
        import typst
    except ImportError as error:
        raise NeedlepointError(
            "PDF needs Typst: pip install needlepoint[papers], or ask for plain text."
        ) from error
    made: Any = typst.compile(
        _TEMPLATE.read_bytes(),
        sys_inputs={"paper": json.dumps(_data(paper), ensure_ascii=False)},
        format="pdf",
        timestamp=int(paper.as_of.timestamp()),
        ignore_system_fonts=True,
    )
    return bytes(made)


def _data(paper: Paper) -> dict[str, Any]:
    """What the template prints: text only, never markup."""
    return {
        "title": paper.title,
        "kind": paper.kind,
        "language": paper.language,
        "identity": paper.identity.line,
        "as_of": f"{paper.as_of.astimezone(paper.as_of.tzinfo or UTC):%Y-%m-%d %H:%M %Z}",
        "sections": [_section(section) for section in paper.sections],
        "sign": [f"{who}, {word('date', paper.language)}" for who in paper.sign],
        "sources": list(paper.sources),
        "foot": FOOT[paper.language].format(
            version=paper.knowledge_version, missing=OPEN[paper.language]
        ),
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "heading": section.heading,
        "sentences": [_sentence(s) for s in section.sentences],
        "columns": list(section.columns),
        "widths": list(section.widths),
        "rows": [[_sentence(cell) for cell in row] for row in section.rows],
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {"says": sentence.says, "missing": sentence.basis is Basis.MISSING}
