"""Before any finding the answer is the adopted table; and two kinds say nearly what three say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from needlepoint.core.chart import Chart, Complaint, Entry, Provenance, Role
from needlepoint.core.findings import observe
from needlepoint.core.inference import localise
from needlepoint.core.inference.prior import table_shares
from needlepoint.core.knowledge import Knowledge, in_force
from needlepoint.core.record import fold
from needlepoint.files.cases import read_case

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
CASES = Path(__file__).parents[2] / "cases"
PRESENTATIONS = sorted(p.stem for p in (CASES.parent / "knowledge" / "priors").glob("*.yaml"))


@pytest.mark.parametrize("presentation", PRESENTATIONS)
def test_prior_alone_reproduces_the_table_of_each_complaint(
    knowledge: Knowledge, presentation: str
) -> None:
    said = Entry(
        id="e1", occurred_at=NOON, recorded_at=NOON, author="dr", role=Role.PHYSICIAN,
        provenance=Provenance.PATIENT_SAID, statement=Complaint(presentation=presentation),
    )  # fmt: skip
    record = fold(Chart(id="prior", entries=(said,)), as_of=NOON)
    where = localise(
        observe(record, record.complaints[0], knowledge), knowledge, age=None, on=date(2026, 11, 30)
    )
    table = in_force(knowledge.presentations[presentation].values, where.frame.on)
    shares = table_shares(where.frame, table)
    alone = where.posterior.probability[1 : 1 + where.frame.none]
    got = np.bincount(where.frame.kind_of[: where.frame.none], weights=alone)
    assert_allclose(got / got.sum(), shares / shares.sum(), atol=1e-9)
    none, *counts = where.posterior.by_count
    spread = where.posterior.left_out + 1e-9  # sets of three that were not expanded
    assert table.none_nameable.value == pytest.approx(none, abs=spread)
    for n in (0, 1):
        assert (1 - none) * table.sources[n] == pytest.approx(counts[n], abs=2 * spread)


def test_a_third_kind_moves_no_probability_by_much(knowledge: Knowledge) -> None:
    moved = []
    for path in sorted((CASES / "lumbar").glob("*.yaml")):
        case = read_case(path, knowledge=knowledge)
        record = fold(case.chart, as_of=case.as_of)
        observed = observe(record, record.complaints[0], knowledge)
        where = localise(observed, knowledge, age=record.age, on=case.as_of.date())
        pairs = len(where.frame.first)
        two = where.posterior.probability[:pairs] / where.posterior.probability[:pairs].sum()
        columns = where.frame.pair_columns
        patterns = sum(
            np.bincount(columns[:, n], weights=two, minlength=where.frame.columns) for n in (0, 1)
        )
        kinds = patterns[: where.frame.none] @ where.frame.one_hot_kind[: where.frame.none]
        three = where.posterior.by_count[3]
        assert np.abs(kinds - where.posterior.kinds).max() <= three + 1e-12
        moved.append(np.abs(kinds - where.posterior.kinds).max())
    assert np.median(moved) <= 0.004
    assert max(moved) <= 0.03
