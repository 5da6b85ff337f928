"""The clinic's settings as the tests see them: the real ones, on throw-away data."""

from __future__ import annotations

import os
import tempfile

os.environ["NEEDLEPOINT_DATA"] = tempfile.mkdtemp(prefix="needlepoint-tests-")
os.environ["NEEDLEPOINT_SECRET"] = "a secret of the tests, which guards nothing"
os.environ["NEEDLEPOINT_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ.pop("NEEDLEPOINT_DATABASE_URL", None)
os.environ.pop("NEEDLEPOINT_DEMONSTRATION", None)

from needlepoint.config.settings import *  # noqa: F403

# The client of the tests speaks plain HTTP; tests/security asks for what production says.
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "csrf"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast, for invented people
