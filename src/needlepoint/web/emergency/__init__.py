"""Opening a chart in an emergency."""
