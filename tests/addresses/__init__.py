"""Mutated addresses: `make addresses` asks the pages of readers and of the admin what nobody should ask."""
