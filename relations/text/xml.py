"""Removes characters that XML 1.0 does not allow, even escaped."""

import re

UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def speakable(text: str) -> str:
    return UNSPEAKABLE.sub("", text)
