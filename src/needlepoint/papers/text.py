"""A paper as plain text: what a record system without PDF takes."""

from __future__ import annotations

import textwrap

from needlepoint.core.papers import Basis, Paper, Section, Sentence
from needlepoint.core.papers.words import word

_WIDTH = 96
FOOT = {
    "en": "Knowledge {version}. {missing} Decision support: a clinician answers for it.",
    "es": "Conocimiento {version}. {missing} Apoyo a la decisión: responde un clínico.",
}
OPEN = {"en": "[ ] marks what is not recorded.", "es": "[ ] señala lo que no consta."}


def as_text(paper: Paper) -> str:
    """Title, identity, sections and sources; the same letters every time."""
    lines = [paper.title, "=" * len(paper.title), paper.identity.line,
             f"{paper.as_of:%Y-%m-%d %H:%M %Z}", ""]  # fmt: skip
    for section in paper.sections:
        lines += [section.heading, "-" * len(section.heading), *_section(section), ""]
    day = word("date", paper.language)
    lines += [f"{who}: ______________________  {day}: ____________" for who in paper.sign]
    if paper.sources:
        lines += ["", *(_wrapped(f"[{n}] {s}") for n, s in enumerate(paper.sources, start=1))]
    foot = FOOT[paper.language].format(
        version=paper.knowledge_version, missing=OPEN[paper.language]
    )
    return "\n".join([*lines, "", foot, ""])


def _section(section: Section) -> list[str]:
    said = [_wrapped(marked(sentence)) for sentence in section.sentences]
    if section.columns:
        said.append(" | ".join(section.columns))
        said += [_wrapped(" | ".join(marked(cell) for cell in row)) for row in section.rows]
    return said


def marked(sentence: Sentence) -> str:
    """A sentence about what is not recorded stands out."""
    return f"[ ] {sentence.says}" if sentence.basis is Basis.MISSING else sentence.says


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent="    ")
