"""What happens to every request: headers, logs, session limits, and the gate."""
