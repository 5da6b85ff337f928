"""How fast is it, beside peers on the same networks in the same run? One core."""

from __future__ import annotations

import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before numpy: one core, stated

import multiprocessing
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np

from bench.measure import exponent, keep, milliseconds, table, wall_milliseconds
from needlepoint import assess, load_knowledge
from needlepoint.core.findings import observe
from needlepoint.core.inference import intervals, localise
from needlepoint.core.inference.cohort import (
    Network,
    infer_cohort,
    infer_cohort_by_product,
)
from needlepoint.core.inference.posterior import infer
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.plan import next_steps
from needlepoint.core.record import fold
from needlepoint.core.rules import screen
from needlepoint.files import read_case

CASES = Path(__file__).parent.parent / "cases"
PEER_SECONDS = 30


def one_patient(knowledge: Knowledge) -> None:
    """Each step for one chart, knowledge loaded."""
    case = read_case(CASES / "lumbar" / "facet_or_sacroiliac.yaml", knowledge=knowledge)
    record = fold(case.chart, as_of=case.as_of)
    observed = observe(record, record.complaints[0], knowledge)
    on, age = case.as_of.date(), record.age
    where = localise(observed, knowledge, age=age, on=on)
    verdicts = screen(record, (observed,), knowledge)
    triples = knowledge.parameters.triple_patterns
    parts = (where.frame, where.prior, where.factors, where.blocks, where.posterior, knowledge)

    def certified() -> float:
        return infer(where.frame, where.prior, where.evidence, triple_patterns=triples).left_out

    fast = {"with_intervals": False, "look_ahead": False}
    measured = {
        "assess, fold to plan, no intervals": milliseconds(
            lambda: assess(case.chart, knowledge, as_of=case.as_of, **fast)
        ),
        "posterior alone": milliseconds(
            lambda: infer(where.frame, where.prior, where.evidence, triple_patterns=triples)
        ),
        "posterior with its certificate on threes": milliseconds(certified),
        "next step": milliseconds(
            lambda: next_steps(record, observed, where, verdicts, knowledge, look_ahead=False)
        ),
        "next step with look-ahead": milliseconds(
            lambda: next_steps(record, observed, where, verdicts, knowledge)
        ),
        "intervals, 200 redraws": milliseconds(lambda: intervals(*parts)),
    }
    hypotheses = {
        "pairs": len(where.frame.first), "with threes": len(where.posterior.probability),
        "actions weighed": len(next_steps(record, observed, where, verdicts, knowledge).steps),
    }  # fmt: skip
    table("One patient, milliseconds, median of 9",
          [(name, f"{ms:.2f}") for name, ms in measured.items()])  # fmt: skip
    table("Sizes", [(name, str(n)) for name, n in hypotheses.items()])
    keep("one_patient_ms", measured)
    keep("sizes", hypotheses)


def growth(knowledge: Knowledge) -> None:
    """How cost grows with entries, findings and patients."""
    case = read_case(CASES / "lumbar" / "facet_or_sacroiliac.yaml", knowledge=knowledge)
    entries = case.chart.entries
    sizes, folds = [500, 1000, 2000, 4000], []
    for size in sizes:
        many = tuple(
            replace(entries[n % len(entries)], id=f"x{n}") for n in range(size)
        )  # the same statements again and again: only the last of each stands
        chart = replace(case.chart, entries=many)
        folds.append(milliseconds(lambda chart=chart: fold(chart, as_of=case.as_of), runs=7))
    record = fold(case.chart, as_of=case.as_of)
    observed = observe(record, record.complaints[0], knowledge)
    counts, times = [], []
    for copies in (2, 4, 8, 16):
        more = replace(observed, observations=observed.observations * copies)
        counts.append(len(more.observations))
        times.append(milliseconds(
            lambda more=more: localise(more, knowledge, age=60, on=case.as_of.date()), runs=7))  # fmt: skip
    network, patients = random_network(60, 200, 4000)
    batches = [500, 1000, 2000, 4000]
    cohort = [milliseconds(lambda n=n: infer_cohort(network, patients[:n]), runs=7)
              for n in batches]  # fmt: skip
    found = {
        "entries (fold)": exponent(sizes, folds),
        "findings (posterior)": exponent(counts, times),
        "patients (cohort)": exponent(batches, cohort),
    }
    table("Cost exponents (1 is linear)", [(k, f"{v:.2f}") for k, v in found.items()])
    keep("exponents", found)


def random_network(causes: int, findings: int, patients: int) -> tuple[Network, np.ndarray]:
    """A network of the size of a clinic, each finding with a few causes, and patients of it."""
    rng = np.random.default_rng(7)
    parents = min(5, causes)
    argument = np.zeros((findings, causes))
    for f in range(findings):
        argument[f, rng.choice(causes, parents, replace=False)] = rng.uniform(0.2, 0.9, parents)
    network = Network(prior=rng.uniform(0.001, 0.02, causes),
                      leak=rng.uniform(0.02, 0.25, findings), argument=argument)  # fmt: skip
    truth = rng.random((patients, causes)) < network.prior
    absent = (1 - network.leak) * np.exp(truth @ np.log1p(-argument).T)
    present = rng.random((patients, findings)) > absent
    asked = rng.random((patients, findings)) < 0.25
    return network, np.where(asked, np.where(present, 1.0, -1.0), 0.0)


def cohort() -> None:
    """Patients a second on one core, beside the same sums as matrix products."""
    network, patients = random_network(60, 200, 4000)
    kernel = 4000 / milliseconds(lambda: infer_cohort(network, patients), runs=7) * 1e3
    product = (
        512 / milliseconds(lambda: infer_cohort_by_product(network, patients[:512], most=3), runs=7)
        * 1e3
    )  # fmt: skip
    a = np.random.default_rng(0).random((512, 2000), dtype=np.float32)
    b = np.random.default_rng(1).random((2000, 2000), dtype=np.float32)
    gflops = 2 * 512 * 2000 * 2000 / milliseconds(lambda: a @ b) / 1e6
    sets = 1 + 60 + 60 * 59 // 2 + 60 * 59 * 58 // 6
    used = product * sets * (2 * 200 * 2 + 60 * 2) / 1e9
    answer = infer_cohort(network, patients[:512])
    reference = infer_cohort_by_product(network, patients[:512], most=3)
    off = float(np.abs(answer.marginal - reference).max())
    measured = {
        "pruned kernel, patients a second": kernel,
        "matrix products, patients a second": product,
        "ratio": kernel / product,
        "matrix products, share of the machine's float32 rate": used / gflops,
        "largest difference in a marginal": off,
    }
    table(f"Cohort: 60 causes, 200 findings, {sets} sets of up to three",
          [(k, f"{v:.3g}") for k, v in measured.items()])  # fmt: skip
    keep("cohort", measured)


# --- peers ----------------------------------------------------------------------------------------


def peers() -> None:
    """Exact general engines on the same networks, until they stop."""
    rows = [("causes x findings", "ours ms", "pyAgrum ms", "pgmpy ms", "pyAgrum/ours", "pgmpy/ours",
             "largest difference")]  # fmt: skip
    kept = []
    alive = {"pyagrum": True, "pgmpy": True}
    for causes, findings in ((8, 10), (12, 20), (16, 30), (20, 50), (30, 80)):
        network, patients = random_network(causes, findings, 1)
        observed = np.where(patients == 0, 0.0, patients)
        ours = milliseconds(lambda n=network, o=observed: infer_cohort(n, o), runs=9)
        mine = infer_cohort(network, observed).marginal[0]
        row: dict[str, Any] = {"causes": causes, "findings": findings, "ours_ms": ours}
        for peer in alive:
            row[f"{peer}_ms"] = None
            if alive[peer]:
                answer = _in_process(peer, network, observed[0])
                if answer is None:
                    alive[peer] = False
                else:
                    row[f"{peer}_ms"], theirs = answer
                    row["difference"] = float(np.abs(np.array(theirs) - mine).max())
        kept.append(row)
        rows.append((
            f"{causes} x {findings}", f"{ours:.3f}",
            *(_said(row[f"{p}_ms"]) for p in alive),
            *(f"{row[f'{p}_ms'] / ours:,.0f}" if row[f"{p}_ms"] else "-" for p in alive),
            f"{row['difference']:.1e}" if "difference" in row else "-",
        ))  # fmt: skip
    table(f"One posterior beside general engines (a peer stops at {PEER_SECONDS} s)", rows)
    print("  Ours expands sets of up to three causes; peers are exact over all sets.")
    keep("peers", kept)


def _said(ms: float | None) -> str:
    return f"{ms:.1f}" if ms is not None else f"over {PEER_SECONDS} s"


def _in_process(
    peer: str, network: Network, observed: np.ndarray
) -> tuple[float, list[float]] | None:
    """Median milliseconds and marginals of a peer, or None if it did not finish in time."""
    ours, theirs = multiprocessing.Pipe()
    target = {"pyagrum": _pyagrum, "pgmpy": _pgmpy}[peer]
    process = multiprocessing.Process(target=target, args=(network, observed, theirs))
    process.start()
    answer = ours.recv() if ours.poll(PEER_SECONDS) else None
    process.terminate()
    process.join()
    return answer


def _pyagrum(network: Network, observed: np.ndarray, out: Any) -> None:
    import pyagrum as gum

    bn = gum.BayesNet()
    for c, p in enumerate(network.prior):
        bn.add(gum.LabelizedVariable(f"c{c}", "", 2))
        bn.cpt(f"c{c}").fillWith([1 - float(p), float(p)])
    for f in range(len(network.leak)):
        bn.addNoisyORNet(gum.LabelizedVariable(f"f{f}", "", 2), float(network.leak[f]))
        for c in np.flatnonzero(network.argument[f]):
            bn.addWeightedArc(f"c{c}", f"f{f}", float(network.argument[f, c]))
    evidence = {f"f{f}": int(o > 0) for f, o in enumerate(observed) if o != 0}

    def ask() -> list[float]:
        engine = gum.LazyPropagation(bn)
        engine.setEvidence(evidence)
        engine.makeInference()
        return [float(engine.posterior(f"c{c}")[1]) for c in range(len(network.prior))]

    out.send((milliseconds(ask, runs=7), ask()))


def _pgmpy(network: Network, observed: np.ndarray, out: Any) -> None:
    import itertools
    import logging
    import warnings

    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.inference import VariableElimination
    from pgmpy.models import DiscreteBayesianNetwork

    model = DiscreteBayesianNetwork()
    for c, p in enumerate(network.prior):
        model.add_node(f"c{c}")
        model.add_cpds(TabularCPD(f"c{c}", 2, [[1 - p], [p]]))
    for f in range(len(network.leak)):
        parents = [int(c) for c in np.flatnonzero(network.argument[f])]
        model.add_edges_from([(f"c{c}", f"f{f}") for c in parents])
        absent = []
        for states in itertools.product((0, 1), repeat=len(parents)):
            keep = 1 - network.leak[f]
            for state, c in zip(states, parents, strict=True):
                keep *= 1 - network.argument[f, c] if state else 1.0
            absent.append(keep)
        model.add_cpds(TabularCPD(f"f{f}", 2, [absent, [1 - a for a in absent]],
                                  [f"c{c}" for c in parents], [2] * len(parents)))  # fmt: skip
    evidence = {f"f{f}": int(o > 0) for f, o in enumerate(observed) if o != 0}
    engine = VariableElimination(model)

    def ask() -> list[float]:
        return [
            float(engine.query([f"c{c}"], evidence=evidence, show_progress=False).values[1])
            for c in range(len(network.prior))
        ]

    out.send((milliseconds(ask, runs=3), ask()))


def start_up() -> None:
    """From the shell to a printed assessment, and the memory it took."""
    case = str(CASES / "lumbar" / "facet_or_sacroiliac.yaml")
    command = [str(Path(sys.executable).parent / "needlepoint"), "assess", case]
    with tempfile.TemporaryDirectory() as empty:
        cold = {**os.environ, "NEEDLEPOINT_CACHE": empty}
        first = milliseconds_once(command, cold)
        before = _children_seconds()
        warm = wall_milliseconds(
            lambda: subprocess.run(command, env=cold, check=True, stdout=subprocess.DEVNULL), runs=7
        )
        busy = (_children_seconds() - before) / 8 * 1e3  # with the warm-up
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    measured = {
        "knowledge cached, ms": warm,
        "of it processor time, ms": busy,
        "first time, ms": first,
        "peak memory, MB": peak,
    }
    table("Command line to a printed assessment", [(k, f"{v:.0f}") for k, v in measured.items()])
    keep("start_up", measured)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def milliseconds_once(command: list[str], environment: dict[str, str]) -> float:
    import time

    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1e3


def main() -> None:
    knowledge = load_knowledge()
    start_up()
    one_patient(knowledge)
    growth(knowledge)
    cohort()
    peers()


if __name__ == "__main__":
    main()
