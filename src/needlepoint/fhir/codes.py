"""Which codes do we understand? ICD-10-CM, LOINC and DICOM modality codes, all free to use."""

from __future__ import annotations

LOINC = "http://loinc.org"
ICD10 = ("http://hl7.org/fhir/sid/icd-10-cm", "http://hl7.org/fhir/sid/icd-10")
OURS = "urn:needlepoint:finding"  # code: the name of a finding
PRESENTATION = "urn:needlepoint:presentation"  # code: the name of a presentation

# Longest prefix wins. Only codes whose complaint is unmistakable are here.
COMPLAINTS = {
    "M54.5": "axial_low_back",
    "M54.50": "axial_low_back",
    "M54.51": "axial_low_back",
    "M54.59": "axial_low_back",
    "M54.16": "leg_dominant",
    "M54.17": "leg_dominant",
    "M54.3": "leg_dominant",
    "M54.4": "leg_dominant",
    "M51.16": "leg_dominant",
    "M51.17": "leg_dominant",
    "M53.3": "buttock_below_l5",
    "M96.1": "after_lumbar_fusion",
    "M54.2": "neck",
    "S13.4": "neck_after_whiplash",
    "M54.12": "arm_dominant",
    "M54.13": "arm_dominant",
    "M50.1": "arm_dominant",
    "G44.86": "headache_from_neck",
    "M54.81": "headache_from_neck",
    "G50": "face",
    "M54.6": "thoracic",
    "M25.55": "groin_or_hip",
    "M25.56": "knee",
    "M25.51": "shoulder",
    "G90.5": "limb_after_injury",
    "R07.89": "chest_wall",
    "R10.2": "pelvic_perineal",
}
SIDE_BY_LAST_DIGIT = {"1": "right", "2": "left", "3": "both"}  # of M25.5x and M54.3x, M54.4x
SIDED = ("M25.55", "M25.56", "M25.51", "M54.3", "M54.4")

LABORATORY = {
    "6301-6": "INR",
    "34714-6": "INR",
    "777-3": "platelets",
    "2160-0": "creatinine",
    "33914-3": "eGFR",
    "98979-8": "eGFR",
    "4548-4": "HbA1c",
    "1988-5": "CRP",
    "30341-2": "ESR",
    "718-7": "haemoglobin",
    "6690-2": "leucocytes",
    "2345-7": "glucose",
    "2339-0": "glucose",
}
VITAL = {
    "8310-5": "temperature",
    "8867-4": "heart rate",
    "8480-6": "systolic blood pressure",
    "8462-4": "diastolic blood pressure",
    "2708-6": "oxygen saturation",
    "59408-5": "oxygen saturation",
    "39156-5": "body mass index",
    "9279-1": "respiratory rate",
}
WEIGHT, HEIGHT = "29463-7", "8302-2"
PAIN_NOW = ("72514-3", "38208-5")

MODALITIES = {
    "MR": "mri",
    "CT": "ct",
    "CR": "radiograph",
    "DX": "radiograph",
    "NM": "bone_scan",
    "US": "ultrasound",
    "RF": "fluoroscopy",
}
