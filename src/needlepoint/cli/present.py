"""The assessment as a physician reads it in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from needlepoint.cli.machine import best_column
from needlepoint.cli.options import show_options
from needlepoint.cli.standing import show_standing_briefly, show_verdict
from needlepoint.core.anatomy import Side
from needlepoint.core.assess import Assessment, ComplaintAssessment
from needlepoint.core.inference import Step, versus
from needlepoint.core.knowledge import Knowledge, citations, is_verified
from needlepoint.core.plan import NextStep, Tier, first_steps
from needlepoint.core.rules import CANNOT_WAIT, Outcome, Verdict, lowered
from needlepoint.core.units import say_chance

_SHOWN = 0.02  # kinds below one in fifty are counted, not listed; nor are more than
_MOST = 10
_SIDES = {Side.BOTH: "both sides"}


def show(
    result: Assessment,
    knowledge: Knowledge,
    *,
    notes: Iterable[str] = (),
    why: str | None = None,
    console: Console | None = None,
) -> None:
    """Print it: danger first, then the differential, why, what is unknown, what is next."""
    console = console or Console()
    console.print(_header(result))
    for note in notes:
        console.print(Text(f"  import: {note}", style="dim"))
    console.print(_safety(result.verdicts))
    for planned in result.planned:
        console.print(show_standing_briefly(planned))
    for reason in result.opioids.reasons:
        if reason.caution:
            console.print(Text(f"! {reason.says}", style="yellow"))
    for verdict in result.devices:
        console.print(Padding(show_verdict(verdict, knowledge, brief=True), (1, 0, 0, 2)))
    for one in result.complaints:
        console.print(_complaint(one, result.verdicts, knowledge, why))
    console.print(
        Text(
            f"Knowledge {result.knowledge_version}. * rests on nothing read in its source: "
            "unverified. Intervals: doubt about published numbers only; sources that are not "
            "listed are outside them. Decision support, not a diagnosis.",
            style="dim",
        )
    )


def _header(result: Assessment) -> Text:
    record = result.record
    age = "age unknown" if record.age is None else f"{record.age:.0f} years"
    parts = [age, record.sex if record.sex != "unknown" else "sex unknown"]
    devices = [d.statement.device for d in record.devices if d.statement.state == "present"]
    allergies = [a.statement.substance for a in record.allergies if a.statement.state == "present"]
    parts += [f"device: {device}" for device in devices]
    parts += [f"allergy: {substance}" for substance in allergies]
    return Text(f"{' · '.join(parts)}    as of {result.as_of:%Y-%m-%d %H:%M %Z}", style="bold")


def _safety(verdicts: tuple[Verdict, ...]) -> RenderableType:
    raised = [v for v in verdicts if v.outcome is Outcome.HOLD]
    unknown = [v for v in verdicts if v.outcome is Outcome.CANNOT_TELL]
    lines: list[RenderableType] = []
    for v in raised:
        says = " ".join(reason.says for reason in v.reasons)
        body = Text.assemble((f"{says}\n", ""), (v.do or "", "bold"))
        lines.append(
            Panel(
                body,
                title=f"RED FLAG · {v.urgency} · {v.label}",
                border_style="red",
                title_align="left",
            )
        )
    if unknown:
        for urgency, word in (("emergency", "emergencies"), ("urgent", "urgent"), ("soon", "soon")):
            names = [lowered(v.label) for v in unknown if v.urgency == urgency]
            if names:
                says = f"? Red flags not yet asked for, {word}: {', '.join(names)}."
                lines.append(Text(says, style="yellow"))
    if not raised and not unknown:
        lines.append(Text("Red flags: all asked for, none raised.", style="green"))
    return Group(*lines)


def _complaint(
    one: ComplaintAssessment, verdicts: tuple[Verdict, ...], knowledge: Knowledge, why: str | None
) -> RenderableType:
    label = knowledge.presentations[one.observed.presentation].label
    side = f", {_SIDES.get(one.observed.side, one.observed.side)}" if one.observed.side else ""
    parts: list[RenderableType] = [
        Text(f"\n{one.observed.complaint}: {label}{side}", style="bold underline"),
        _differential(one),
        _mechanism(one),
        _next(one.plan.steps, verdicts),
        show_options(one, knowledge),
        _ledger(one, knowledge, why),
        _against_rival(one, knowledge),
        _unweighed(one),
        _unknown(one, knowledge),
    ]
    return Group(*parts)


def _differential(one: ComplaintAssessment) -> RenderableType:
    posterior, frame = one.where.posterior, one.where.frame
    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading, justify in (
        ("generator", "left"), ("probability", "left"), ("interval", "left"),
        ("most probable place", "left"),
    ):  # fmt: skip
        table.add_column(heading, justify=justify, header_style="dim")  # type: ignore[arg-type]
    hidden: list[float] = []
    for rank, k in enumerate(one.where.ranked_kinds):
        p = float(posterior.kinds[k])
        if p < _SHOWN or rank >= _MOST:
            hidden.append(p)
            continue
        column = best_column(one, k)
        kind = frame.anatomy.kinds[frame.kinds[k]]
        place = str(frame.patterns[column]).replace(frame.kinds[k].replace("_", " "), "").strip()
        share = float(posterior.patterns[column])
        interval = one.intervals.kinds[k].tolist() if one.intervals else None
        table.add_row(
            kind.label,
            _bar(p),
            _interval(interval),
            f"{place or '-'}  {share:.2f}" if place else "-",
        )
    table.add_row(
        "none nameable", _bar(posterior.none),
        _interval(one.intervals.none if one.intervals else None), "-", style="dim",
    )  # fmt: skip
    counts = posterior.by_count
    foot = Text(
        f"one source {counts[1]:.2f} · two {counts[2]:.2f} · three {counts[3]:.3f}; "
        f"sets of three left out hold at most {posterior.left_out:.3f}; "
        f"{len(hidden)} more sources, each at most {max([*hidden, 0.001]):.3f}",
        style="dim",
    )
    return Padding(Group(table, foot), (0, 0, 1, 2))


def _bar(p: float) -> Text:
    return Text.assemble((f"{say_chance(p)} ", "bold"), ("━" * max(1, round(p * 24)), "blue"))


def _interval(interval: Sequence[float] | None) -> str:
    return "" if interval is None else f"{say_chance(interval[0])} to {say_chance(interval[1])}"


def _mechanism(one: ComplaintAssessment) -> Text:
    if not one.mechanism.contributions:
        return Text("  Mechanism: nothing was recorded that tells it.", style="dim")
    parts = " · ".join(f"{name} {p:.2f}" for name, p in one.mechanism.probability.items())
    return Text(f"  Mechanism: {parts}")


def _ledger(one: ComplaintAssessment, knowledge: Knowledge, why: str | None) -> RenderableType:
    """The waterfall of one generator: from before any finding to the answer."""
    kinds = one.where.frame.kinds
    if why is not None and why not in kinds:
        return Text(f"  {why} is not among the sources of this complaint.", style="yellow")
    k = kinds.index(why) if why else one.where.ranked_kinds[0]
    table = Table(box=None, pad_edge=False, title_justify="left", title_style="bold")
    table.title = f"Why {one.where.frame.anatomy.kinds[kinds[k]].label}"
    table.add_column("", justify="right")
    table.add_column("change", justify="right", header_style="dim")
    table.add_column("what", header_style="dim")
    table.add_column("source", header_style="dim", style="dim")
    if one.steps:
        table.add_row(f"{one.steps[0].before[k]:.2f}", "", "before any finding", "")
    for step in one.steps:
        change = float(step.after[k] - step.before[k])
        if abs(change) < 0.003 and why is None:
            continue
        style = "" if change >= 0 else "dark_orange"
        table.add_row(
            f"{step.after[k]:.2f}", Text(f"{change:+.2f}", style=style),
            f"{step.label}: {step.state}", _cited(step, knowledge),
        )  # fmt: skip
    if not one.steps:
        table.add_row(f"{one.where.posterior.kinds[k]:.2f}", "", "nothing has been found yet", "")
    return Padding(table, (1, 0, 0, 2))


def _cited(step: Step, knowledge: Knowledge) -> str:
    if not step.sources:
        return ""
    mark = "" if any(is_verified(s, knowledge) for s in step.sources) else " *"
    return ", ".join(citations(step.sources, knowledge)[:3]) + mark


def _against_rival(one: ComplaintAssessment, knowledge: Knowledge) -> RenderableType:
    where, order = one.where, one.where.ranked_kinds
    if len(order) < 2:
        return Text("")
    answer = versus(
        where.frame, where.prior, where.factors, where.blocks,
        best_column(one, order[0]), best_column(one, order[1]), knowledge.parameters.floor,
    )  # fmt: skip
    strongest = sorted(answer.parts, key=lambda part: -abs(part[1]))[:5]
    said = "; ".join(f"{what} {part:+.1f}" for what, part in strongest if abs(part) >= 0.05)
    text = f"{answer.favoured} and not {answer.rival} ({answer.total:+.1f} in log odds): {said}."
    return Padding(Text(text), (1, 0, 0, 2))


def _unweighed(one: ComplaintAssessment) -> RenderableType:
    """Treatments on file that say nothing about the source, each with the reason."""
    lines = [Text(f"Not weighed: {left.treatment}. {left.why}") for left in one.where.unweighed]
    return Padding(Group(*lines), (1, 0, 0, 2)) if lines else Text("")


def _unknown(one: ComplaintAssessment, knowledge: Knowledge) -> RenderableType:
    """What nobody looked for, by how much it would tell."""
    asked = [s for s in one.plan.steps if s.tier is Tier.EXAMINE]
    asked = sorted(asked, key=lambda s: -s.information_bits)[:6]
    if not asked:
        return Text("")
    said = ", ".join(f"{lowered(s.label)} ({s.information_bits:.2f} bit)" for s in asked)
    return Padding(Text(f"Unexamined, by what it would tell: {said}.", style="dim"), (1, 0, 0, 2))


def _next(steps: tuple[NextStep, ...], verdicts: tuple[Verdict, ...]) -> RenderableType:
    """The first of each tier, in the order in which to do them; in an emergency nothing else."""
    shown = first_steps(steps)
    lines: list[RenderableType] = [Text("NEXT", style="bold")]
    if any(v.outcome is Outcome.CANNOT_TELL and v.urgency in CANNOT_WAIT for v in verdicts):
        lines.append(
            Text("First ask for the emergencies and what is urgent, above.", style="yellow")
        )
    if not shown:
        lines.append(Text("Nothing more is worth its burden. Treat, or stop and follow."))
    for n, step in enumerate(shown, start=1):
        target = f" · {step.target}" if step.target else ""
        value = "" if step.tier is Tier.SAFETY else f"  worth {step.value:.3f}"
        lines.append(
            Text.assemble(
                (f"{n}. {step.tier.value}: ", "dim"),
                (f"{step.label}{target}", "bold"),
                value,
                "" if step.tier is Tier.SAFETY else f"\n   {step.why}",
            )
        )
    return Padding(Group(*lines), (1, 0, 1, 2))
