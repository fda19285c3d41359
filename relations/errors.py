"""A problem that a person can act on: a code for machines, a sentence for people in their language."""

from django.utils.translation import override


class Problem(ValueError):
    """Raised by value objects and rules.

    `code` is stable ("date.impossible"); `message` is a lazy translation with %-placeholders filled from `params`.
    A plain ValueError on purpose: a ValidationError raised in an import widget aborts the whole row.
    """

    def __init__(self, code, message, **params):
        super().__init__(code)
        self.code, self.message, self.params = code, message, params

    def __str__(self):
        return str(self.message) % self.params if self.params else str(self.message)

    def in_every_language(self):
        """{"ru": …, "en": …}: the sentence for a report that both kinds of reader may open."""
        sentences = {}
        for language in ("ru", "en"):
            with override(language):
                sentences[language] = str(self)
        return sentences
