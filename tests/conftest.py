"""Settings shared by all tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

import toy
from needlepoint.core.knowledge import Knowledge
from needlepoint.files import load_knowledge

pytest_plugins = ["clinic"]
# The browser keeps an event loop in the test's own thread; the database is used beside it, not in it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

settings.register_profile(
    "here", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The knowledge that ships."""
    return load_knowledge()


@pytest.fixture(scope="session")
def small() -> Knowledge:
    """The invented knowledge of the laws."""
    return toy.knowledge()
