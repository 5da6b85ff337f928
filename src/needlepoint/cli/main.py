"""Which command was asked for, and what exit code tells the caller how it went?"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import import_module

from needlepoint import __version__
from needlepoint.cli import clinic, demo
from needlepoint.core.errors import NeedlepointError

OK, REFUSED, INTERRUPTED = 0, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0: done; 2: the input or the question was refused, and why is printed."""
    parsed = _parser().parse_args(arguments)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: threads cost a start
    try:
        code: int = parsed.run(parsed)
        sys.stdout.flush()
        return code
    except NeedlepointError as error:
        print(error, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:  # the reader closed the pipe: `needlepoint ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:  # a folder that is not there, a disk that is full
        said = f"{error.filename}: {error.strerror}." if error.filename else str(error)
        print(said, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="needlepoint",
        description="Find where a pain comes from, how sure that is, and what to do next.",
        epilog="Decision support for professionals: it shows its basis so that it can be judged.",
    )
    parser.add_argument("--version", action="version", version=f"needlepoint {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _assess(commands)
    _safety(commands)
    _coverage(commands)
    _sheet(commands)
    _note(commands)
    _card(commands)
    for name, says in (
        ("dose", "ceilings of local anaesthetic, steroid ledger, opioid sum, toxicity card"),
        ("outcomes", "scores over time, what came of each procedure, harm and opioids"),
        ("stimulation", "candidate, lead, trial, programs, devices and MRI of stimulation"),
    ):
        command = commands.add_parser(name, help=says)
        _of_a_chart(command)
        command.set_defaults(run=_later(name))
    _pump(commands)
    _knowledge(commands)
    schema = commands.add_parser("schema", help="print the JSON Schema of the chart format")
    schema.set_defaults(run=_later("reference", "run_schema"))
    docs = commands.add_parser("docs", help="write the reference pages of knowledge and cases")
    docs.add_argument("--out", default="docs/reference", help="folder to write into")
    docs.set_defaults(run=_later("reference", "run_docs"))
    clinic.add_commands(commands)
    demo.add_commands(commands)
    return parser


def _assess(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    assess = commands.add_parser(
        "assess",
        help="assess a chart (YAML, JSON), a case file, or a FHIR R4 bundle",
        description="With one file, print its assessment. With several, or --out, run as a batch.",
    )
    assess.add_argument("files", nargs="+", metavar="FILE", help="a chart; - reads standard input")
    assess.add_argument("--json", action="store_true", help="print for a machine")
    assess.add_argument("--as-of", type=_moment, help="look at the chart as it stood then")
    assess.add_argument(
        "--intervals", action=argparse.BooleanOptionalAction, default=None,
        help="redraw parameters for an interval (default: for one file)",
    )  # fmt: skip
    assess.add_argument("--why", metavar="KIND", help="show the whole ledger of one generator")
    assess.add_argument("--out", help="batch: write .jsonl or .parquet; - prints JSON lines")
    assess.set_defaults(run=_later("assess"))


def _safety(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    safety = commands.add_parser(
        "safety",
        help="check what is planned against every safety rule",
        description="Check every planned procedure of a chart, or one that is named.",
    )
    _of_a_chart(safety)
    _procedure(safety)
    safety.set_defaults(run=_later("safety"))


def _coverage(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    coverage = commands.add_parser(
        "coverage",
        help="what payers and guidelines ask for: met, unmet, missing, and what to document",
        description="Every authority by itself, for each planned procedure or one that is named.",
    )
    _of_a_chart(coverage)
    _procedure(coverage)
    coverage.add_argument("--policies", metavar="DIR", help="folder with more policies of payers")
    coverage.set_defaults(run=_later("coverage"))


def _sheet(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sheet = commands.add_parser(
        "sheet",
        help="how a procedure is carried out: targets, agents, settings, checklist, advice",
        description="Print the sheet of every planned procedure and block of a chart, of one "
        "that is named, or of a treatment on offer.",
    )
    _of_a_chart(sheet)
    _procedure(sheet)
    sheet.add_argument("--option", metavar="THERAPY", help="a treatment that `assess` offers")
    sheet.add_argument("--diagnostic", action="store_true", help="as a test: no steroid")
    sheet.add_argument("--language", choices=("en", "es"), default="en", help="of what is told")
    sheet.set_defaults(run=_later("sheet"))


def _note(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    note = commands.add_parser(
        "note",
        help="write a note, letter, payer packet, instructions, consent or calendar",
        description="Every sentence comes from a chart entry, a cited fact or the computation; "
        "what is not recorded is listed as such.",
    )
    kinds = ("note", "letter", "packet", "instructions", "consent", "calendar")
    note.add_argument("kind", choices=kinds, help="which paper")
    note.add_argument("file", metavar="FILE", help="a chart; - reads standard input")
    note.add_argument("--entry", help="the procedure, by its entry id")
    note.add_argument("--policy", metavar="ID", help="packet: only this authority's")
    note.add_argument("--language", choices=("en", "es"), default="en")
    note.add_argument("--patient", metavar="TEXT", help="'Name; 1970-01-31; number'")
    note.add_argument("--out", metavar="FILE", help=".pdf, .txt or .ics (default: print)")
    note.add_argument("--as-of", type=_moment, help="look at the chart as it stood then")
    note.set_defaults(run=_later("note"))


def _card(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    card = commands.add_parser(
        "card",
        help="a card for an emergency: toxicity, haematoma, withdrawal, overdose, MRI",
        description="Doses by this patient's weight, what is in this patient's pump and body; "
        "each line with its sources, * marks what was not read in its source.",
    )
    kinds = ("last", "haematoma", "withdrawal", "overdose", "mri")
    card.add_argument("kind", choices=kinds, help="which card")
    card.add_argument("file", metavar="FILE", help="a chart; - reads standard input")
    card.add_argument(
        "--drug", action="append", default=[], metavar="NAME",
        help="what is in the pump, where the chart does not say; again for each",
    )  # fmt: skip
    card.add_argument("--patient", metavar="TEXT", help="'Name; 1970-01-31; number'")
    card.add_argument("--out", metavar="FILE", help=".pdf or .txt (default: print)")
    card.add_argument("--as-of", type=_moment, help="look at the chart as it stood then")
    card.add_argument("--zone", default="UTC", help="time zone of the clinic (Europe/Zurich)")
    card.set_defaults(run=_later("card"))


def _of_a_chart(command: argparse.ArgumentParser) -> None:
    """What every command that reads one chart takes."""
    command.add_argument("file", metavar="FILE", help="a chart; - reads standard input")
    command.add_argument("--as-of", type=_moment, help="look at the chart as it stood then")
    command.add_argument("--json", action="store_true", help="print for a machine")


def _pump(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    pump = commands.add_parser(
        "pump",
        help="an intrathecal pump: what it gives, refill dates, checks; plan a change",
        description="`pump FILE` shows the pump of a chart. `pump plan [FILE] --new ...` works out "
        "a change: bridge, prime, concentration for an interval.",
    )
    pump.add_argument("words", nargs="+", metavar="FILE", help="a chart, or: plan [FILE]")
    pump.add_argument("--json", action="store_true", help="print for a machine")
    pump.add_argument("--as-of", type=_moment, help="look at the chart as it stood then")
    pump.add_argument("--zone", default="UTC", help="time zone of the clinic (Europe/Zurich)")
    plan = pump.add_argument_group("plan")
    drug = "'morphine 10 mg/ml 2 mg/day'; again for each drug of the solution"
    plan.add_argument("--now", action="append", default=[], help=f"what flows now: {drug}")
    plan.add_argument("--new", action="append", default=[], help="what shall flow, likewise")
    plan.add_argument("--model", help="pump model, e.g. 'SynchroMed II 20'")
    plan.add_argument("--catheter-cm", type=float, help="implanted length of the catheter")
    plan.add_argument("--tubing", help="inner volume of the pump: '0.199 ml'")
    plan.add_argument("--catheter-volume", help="instead of its length: '0.176 ml'")
    plan.add_argument("--fill", help="volume of the fill: '20 ml' (default: the reservoir)")
    plan.add_argument(
        "--prime", choices=("tubing_and_catheter", "catheter"), help="which part is empty"
    )
    plan.add_argument("--stock", help="what the first drug is made from: '25 mg/ml'")
    plan.add_argument("--interval-days", type=float, help="how long the fill is to last")
    pump.set_defaults(run=_later("pump"))


def _procedure(command: argparse.ArgumentParser) -> None:
    """What several commands ask about one procedure."""
    command.add_argument("--technique", metavar="ID", help="a procedure that is not in the chart")
    command.add_argument(
        "--target", action="append", default=[], metavar="PLACE",
        help="where, with --technique: 'left L4-L5 facet_joint'; may be given again",
    )  # fmt: skip
    command.add_argument("--at", type=_moment, help="when, with --technique (default: now)")


def _knowledge(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    knowledge = commands.add_parser("knowledge", help="check and read the knowledge base")
    inner = knowledge.add_subparsers(required=True, metavar="WHAT")
    check = inner.add_parser("check", help="every fault, unverified or overdue value, and gap")
    check.add_argument("--root", help="folder of knowledge files")
    check.add_argument("--all", action="store_true", help="list every unverified value")
    check.set_defaults(run=_later("knowledge", "run_check"))
    show = inner.add_parser("show", help="one item with its numbers and their grounds")
    show.add_argument("id", help="e.g. thigh_thrust, axial_low_back, lumbar_medial_branch_block")
    show.set_defaults(run=_later("knowledge", "run_show"))
    diff = inner.add_parser("diff", help="what changed, by item and number")
    diff.add_argument("earlier", help="a folder of knowledge files, or a day: 2026-03-31")
    diff.set_defaults(run=_later("knowledge", "run_diff"))
    sources = inner.add_parser("sources", help="publications, and what rests on them")
    sources.add_argument("words", nargs="*", help="only those that contain these words")
    sources.set_defaults(run=_later("knowledge", "run_sources"))


def _later(module: str, function: str = "run") -> Callable[[argparse.Namespace], int]:
    """The command's own module is loaded when it is asked for: a start stays quick."""

    def run(parsed: argparse.Namespace) -> int:
        code: int = getattr(import_module(f"needlepoint.cli.{module}"), function)(parsed)
        return code

    return run


def _moment(text: str) -> datetime:
    from needlepoint.core.chart import is_near_our_time

    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time; write 2026-03-01T09:00Z or 2026-03-01"
        ) from error
    if not is_near_our_time(moment):
        raise argparse.ArgumentTypeError(f"{text!r}: the year {moment.year} is not one of ours")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
