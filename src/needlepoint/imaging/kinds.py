"""Which files are images that we keep, and what does a chart call them?"""

from __future__ import annotations

from collections.abc import Mapping

_STORAGE = "1.2.840.10008.5.1.4.1.1."
_SYNTAX = "1.2.840.10008.1.2"

# Image storage classes of the DICOM standard that a pain clinic meets. What is not here is not
# an image to us, and is left out by name.
IMAGES: Mapping[str, str] = {
    f"{_STORAGE}1": "computed radiograph",
    f"{_STORAGE}1.1": "digital radiograph",
    f"{_STORAGE}2": "CT image",
    f"{_STORAGE}2.1": "enhanced CT image",
    f"{_STORAGE}2.2": "converted CT image",
    f"{_STORAGE}3.1": "ultrasound clip",
    f"{_STORAGE}4": "MR image",
    f"{_STORAGE}4.1": "enhanced MR image",
    f"{_STORAGE}4.3": "enhanced MR colour image",
    f"{_STORAGE}4.4": "converted MR image",
    f"{_STORAGE}6.1": "ultrasound image",
    f"{_STORAGE}7": "secondary capture",
    f"{_STORAGE}7.2": "secondary capture, grey",
    f"{_STORAGE}7.3": "secondary capture, grey, deep",
    f"{_STORAGE}7.4": "secondary capture, colour",
    f"{_STORAGE}12.1": "angiography image",
    f"{_STORAGE}12.1.1": "enhanced angiography image",
    f"{_STORAGE}12.2": "fluoroscopy image",
    f"{_STORAGE}12.2.1": "enhanced fluoroscopy image",
    f"{_STORAGE}13.1.1": "cone-beam image",
    f"{_STORAGE}20": "nuclear medicine image",
    f"{_STORAGE}128": "PET image",
    f"{_STORAGE}130": "enhanced PET image",
}
# What comes along with images and is not one, so that it can be named when it is left out.
COMPANIONS: Mapping[str, str] = {
    "1.2.840.10008.1.3.10": "the table of contents of a disc",
    f"{_STORAGE}104.1": "a PDF inside DICOM: upload it as a document",
    f"{_STORAGE}104.2": "a document inside DICOM",
    f"{_STORAGE}11.1": "a presentation state",
    f"{_STORAGE}88.11": "a structured report",
    f"{_STORAGE}88.22": "a structured report",
    f"{_STORAGE}88.33": "a structured report",
    f"{_STORAGE}88.59": "a key object selection",
    f"{_STORAGE}88.67": "a radiation dose report: enter its totals with the procedure",
    f"{_STORAGE}77.1.1.1": "a video",
    f"{_STORAGE}77.1.4.1": "a video",
}

# Encodings that the viewer can show. They are passed on as they are and never decoded here.
NATIVE = frozenset({_SYNTAX, f"{_SYNTAX}.1"})
IMPLICIT = _SYNTAX
_PACKED = (50, 51, 57, 70, 80, 81, 90, 91, 201, 202, 203)
SYNTAXES = NATIVE | {f"{_SYNTAX}.4.{n}" for n in _PACKED} | {f"{_SYNTAX}.5"}

_MODALITIES: Mapping[str, str] = {
    "MR": "mri", "CT": "ct", "CR": "radiograph", "DX": "radiograph", "RG": "radiograph",
    "RF": "fluoroscopy", "XA": "fluoroscopy", "US": "ultrasound", "PT": "pet",
    "NM": "bone_scan", "BMD": "bone_density",
}  # fmt: skip


def modality_word(code: str) -> str:
    """The chart's word for a DICOM modality; the code itself, in small letters, if we have none."""
    plain = "".join(c for c in code.upper() if c.isalnum())[:8]
    return _MODALITIES.get(plain, plain.lower() or "other")


__all__ = ["COMPANIONS", "IMAGES", "IMPLICIT", "NATIVE", "SYNTAXES", "modality_word"]
