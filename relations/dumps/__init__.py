"""The dated dump: everything that is published as one zip, with what has changed since the dump before."""
