"""Devices: the pump, the stimulator and its trial, what is implanted, and MRI."""
