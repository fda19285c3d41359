"""Text for XML 1.0, which has no place for some letters, not even escaped: whatever a reader or a source has
written."""

import re

UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def speakable(text: str) -> str:
    return UNSPEAKABLE.sub("", text)
