"""Body, spine and sites as drawings: geometry in data files, built by pure functions."""
