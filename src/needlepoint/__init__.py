"""Needlepoint: find the source of a pain, and treat it."""
