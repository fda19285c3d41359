"""What is said where a pasted text cannot be read."""

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem

LONGEST_TEXT = 20_000


def unreadable(form: str = "") -> Problem:
    if form:
        message = _("This begins like %(form)s but cannot be read as such: it may have been cut off.")
        return Problem("reference.broken", message, form=form)
    message = _("No reference was found in this text. Paste an address, a DOI, an ISBN or one reference.")
    return Problem("reference.unreadable", message)


def several() -> Problem:
    return Problem("reference.several", _("These are several references. Paste one at a time."))


def too_long() -> Problem:
    message = _("This text is longer than %(most)d characters. Paste one reference alone.")
    return Problem("reference.too_long", message, most=LONGEST_TEXT)


def wrong_isbn(text: str) -> Problem:
    message = _(
        "“%(text)s” is not an ISBN: it has 10 or 13 digits, and the last one follows from the others."
    )
    return Problem("reference.isbn", message, text=text[:80])
