"""Addresses that nobody should ask for: `make addresses` asks ten thousand of them, and none may break the register."""
