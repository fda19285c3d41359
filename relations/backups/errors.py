"""BackupError: why something cannot be backed up or restored, as a sentence for who runs the command."""


class BackupError(Exception):
    """Its text says what is wrong, where, and what to do."""
