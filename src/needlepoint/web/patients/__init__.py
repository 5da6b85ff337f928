"""Finding patients, registering them, and the bar that names them on every page."""
