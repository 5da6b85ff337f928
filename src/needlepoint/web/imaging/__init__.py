"""Imaging: studies, the viewer beside the grid of findings, and the X-ray dose."""
