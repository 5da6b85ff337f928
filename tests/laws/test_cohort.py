"""The cohort kernel agrees with the plain matrix product, and its certificate holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from needlepoint.core.inference.cohort import (
    Network,
    infer_cohort,
    infer_cohort_by_product,
)


def network(seed: int, causes: int, findings: int) -> tuple[Network, np.ndarray]:
    rng = np.random.default_rng(seed)
    argument = rng.beta(2, 2, (findings, causes)) * (rng.random((findings, causes)) < 0.3)
    net = Network(
        prior=rng.uniform(0.005, 0.2, causes), leak=rng.uniform(0.02, 0.3, findings),
        argument=argument,
    )  # fmt: skip
    return net, rng.choice([-1.0, 0.0, 1.0], (9, findings))


@given(seed=st.integers(0, 10**6), causes=st.integers(2, 9), findings=st.integers(1, 20),
       most=st.integers(1, 3))  # fmt: skip
def test_the_kernel_agrees_with_the_matrix_product(seed, causes, findings, most) -> None:
    net, observed = network(seed, causes, findings)
    exact = infer_cohort_by_product(net, observed, most=most)
    whole = infer_cohort(net, observed, most=most, tolerance=0.0)
    assert_allclose(whole.marginal, exact, atol=1e-6)
    pruned = infer_cohort(net, observed, most=most, tolerance=1e-3)
    off = np.abs(pruned.marginal - exact).max(axis=1)
    assert (off <= pruned.left_out + 1e-9).all()


@given(seed=st.integers(0, 10**6))
def test_adding_a_patient_does_not_change_another(seed) -> None:
    net, observed = network(seed, 8, 15)
    assert_allclose(infer_cohort(net, observed).marginal[:4],
                    infer_cohort(net, observed[:4]).marginal, atol=0)  # fmt: skip


def test_more_than_three_causes_are_refused() -> None:
    net, observed = network(1, 4, 5)
    with pytest.raises(ValueError, match="one to three"):
        infer_cohort(net, observed, most=4)
