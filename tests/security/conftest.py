"""Signing in for the tests of doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

SignIn = Callable[[Any], Client]


@pytest.fixture
def sign_in() -> SignIn:
    """A browser in which this user is signed in, second factor and all."""

    def sign_in(user: Any) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return sign_in
