"""Faults on purpose: `make chaos` kills, hangs and fills what the register needs, while people read and write."""
