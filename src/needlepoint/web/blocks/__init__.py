"""Blocks and discography: planned, performed, diary running, read."""
