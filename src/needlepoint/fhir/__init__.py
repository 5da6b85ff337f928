"""FHIR R4 in: a bundle becomes entries; what is not understood is listed, nothing is guessed."""

from needlepoint.fhir.bundle import is_bundle, read_bundle

__all__ = ["is_bundle", "read_bundle"]
