"""Removes characters that XML 1.0 does not allow, even escaped."""

import re

INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def valid_in_xml(text: str) -> str:
    return INVALID.sub("", text)
