"""Boards: who comes today and is ready, and what is due for whom."""
