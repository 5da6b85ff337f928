"""Needlepoint from a terminal."""

from needlepoint.cli.main import main

__all__ = ["main"]
