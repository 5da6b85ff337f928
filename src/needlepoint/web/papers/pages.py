"""What the list of papers and the preview of one print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime

from needlepoint.core.assess import Assessment
from needlepoint.core.chart import Decision, Entry, ImplantedDevice, PumpSetting
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.papers import CARD_TITLES, CARDS, Basis, CardKind, Paper, Sentence
from needlepoint.core.papers.patient import planned_at
from needlepoint.core.plan import Standing
from needlepoint.web.papers.writing import OF_CHART
from needlepoint.web.procedures.plans import label_of, performed, targets_of

TITLES = {"note": "Procedure note", "letter": "Letter", "packet": "Payer packet",
          "instructions": "Patient instructions", "consent": "Consent form",
          "card": "Emergency card"}  # fmt: skip
# Where a missing thing is written down, by a word of the sentence; the first that fits.
_PLACES = (
    ("consent", "planned"), ("red flag", "questions"), ("asked for", "questions"),
    ("decision", "treatment"), ("treatment", "story"), ("medicine", "story"),
    ("pump", "devices"), ("reservoir", "devices"), ("not recorded: model", "devices"),
    ("scan", "devices"), ("implant", "devices"), ("radiation", "imaging"),
    ("weight", "story"), ("allerg", "story"), ("relief", "blocks"), ("pain", "blocks"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLink:
    """One paper that can be written."""

    kind: str
    entry: str
    label: str
    language: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A plan, a procedure or the whole chart, with its papers."""

    entry: str
    label: str
    detail: str
    papers: tuple[PaperLink, ...]
    has_calendar: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPaper:
    """A paper that was signed and kept."""

    entry: str
    label: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersPage:
    """Exactly what the list prints."""

    subjects: tuple[Subject, ...]
    signed: tuple[SignedPaper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A sentence of the preview."""

    says: str
    is_missing: bool
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    heading: str
    sentences: tuple[Piece, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that the chart does not say, and where to write it."""

    says: str
    tab: str  # name of the page
    entry: str  # of the plan, where that page is one


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPage:
    """Exactly what the preview prints."""

    kind: str
    entry: str
    title: str
    language: str
    policy: str
    identity: str
    as_of: datetime
    sections: tuple[SectionView, ...]
    sign: tuple[str, ...]
    sources: tuple[str, ...]
    missing: tuple[Missing, ...]


def papers_page(result: Assessment, knowledge: Knowledge) -> PapersPage:
    """Letter first, then every plan, then everything performed, the latest first."""
    whole = Subject(
        entry=OF_CHART, label="The patient as a whole", detail="", has_calendar=False,
        papers=(_link("letter", OF_CHART, "Letter to the referring clinician"),),
    )  # fmt: skip
    emergency = Subject(
        entry="card", label="For an emergency", detail="", has_calendar=False,
        papers=tuple(_link("card", kind, CARD_TITLES[kind]) for kind in _cards_of(result)),
    )  # fmt: skip
    return PapersPage(
        subjects=(
            whole,
            emergency,
            *(_of_plan(one) for one in reversed(result.planned)),
            *reversed([_of_done(e, knowledge) for e in performed(result.record)]),
        ),
        signed=tuple(reversed(list(_signed(result)))),
    )


def _cards_of(result: Assessment) -> Iterator[CardKind]:
    """Those of a pump only where one is on file."""
    has_pump = any(
        isinstance(e.statement, PumpSetting)
        or (isinstance(e.statement, ImplantedDevice) and "pump" in e.statement.device.lower())
        for e in result.record.entries
    )
    return (kind for kind in CARDS if has_pump or kind not in ("withdrawal", "overdose"))


def _link(kind: str, entry: str, label: str, language: str = "", policy: str = "") -> PaperLink:
    return PaperLink(kind=kind, entry=entry, label=label, language=language, policy=policy)


def _of_plan(one: Standing) -> Subject:
    planned, entry = one.planned, one.planned.entry or ""
    where = ", ".join(str(t) for t in planned.targets)
    packets = [
        _link("packet", entry, f"Packet: {e.policy.authority}", policy=e.policy.id)
        for e in one.coverage
    ]
    return Subject(
        entry=entry, label=planned.technique.label, detail=f"planned · {where}".rstrip(" ·"),
        has_calendar=planned_at(one, one.safety.now.record) is not None,
        papers=(
            _link("consent", entry, "Consent form, English", "en"),
            _link("consent", entry, "Consent form, Spanish", "es"),
            _link("instructions", entry, "Instructions, English", "en"),
            _link("instructions", entry, "Instructions, Spanish", "es"),
            _link("packet", entry, "Payer packet, all authorities"),
            *packets,
        ),
    )  # fmt: skip


def _of_done(e: Entry, knowledge: Knowledge) -> Subject:
    where = ", ".join(str(t) for t in targets_of(e))
    return Subject(
        entry=e.id, label=label_of(e, knowledge),
        detail=f"{localtime(e.occurred_at):%Y-%m-%d} · {where}".rstrip(" ·"), has_calendar=False,
        papers=(_link("note", e.id, "Procedure note"),),
    )  # fmt: skip


def _signed(result: Assessment) -> Iterator[SignedPaper]:
    for e in result.record.entries:
        one = e.statement
        if isinstance(one, Decision) and one.about.startswith("paper:"):
            kind = one.about.split(":")[1]
            yield SignedPaper(
                entry=e.id, label=TITLES.get(kind, kind),
                when=f"{localtime(e.occurred_at):%Y-%m-%d %H:%M}",
            )  # fmt: skip


def paper_page(paper: Paper, *, entry: str, policy: str) -> PaperPage:
    """The paper as HTML text, sentence for sentence what the PDF will say."""
    gone = dict.fromkeys(s.says for s in paper.sentences if s.basis is Basis.MISSING)
    return PaperPage(
        kind=paper.kind, entry=entry, title=paper.title, language=paper.language, policy=policy,
        identity=paper.identity.line, as_of=paper.as_of,
        sections=tuple(
            SectionView(
                heading=s.heading, sentences=_pieces(s.sentences), columns=s.columns,
                rows=tuple(_pieces(row) for row in s.rows),
            )
            for s in paper.sections
        ),
        sign=paper.sign, sources=paper.sources,
        missing=tuple(_missing(says, paper.kind, entry) for says in gone),
    )  # fmt: skip


def _pieces(sentences: Iterable[Sentence]) -> tuple[Piece, ...]:
    return tuple(
        Piece(says=s.says, is_missing=s.basis is Basis.MISSING, basis=s.basis.value)
        for s in sentences
    )


def _missing(says: str, kind: str, entry: str) -> Missing:
    if kind in ("packet", "instructions", "consent"):
        return Missing(says=says, tab="planned", entry=entry)
    low = says.lower()
    if "done differently" in low:
        return Missing(says=says, tab="deviation", entry=entry)
    tab = next((place for word, place in _PLACES if word in low), "story")
    if tab == "planned":
        tab = "blocks"
    return Missing(says=says, tab=tab, entry="")


__all__ = ["TITLES", "PaperPage", "PapersPage", "paper_page", "papers_page"]
