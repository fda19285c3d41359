"""Problem: an error that the user can correct, with a code for programs and a translated sentence."""

from typing import TYPE_CHECKING

from django.utils.translation import override

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Problem(ValueError):
    """Raised by value objects and rules.

    `code` is stable ("date.impossible"); `message` is a lazy translation with %-placeholders filled from `params`.
    A plain ValueError on purpose: a ValidationError raised in an import widget aborts the whole row.
    """

    def __init__(self, code: str, message: "StrOrPromise", **params: object) -> None:
        super().__init__(code)
        self.code, self.message, self.params = code, message, params

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)

    def in_every_language(self) -> dict[str, str]:
        """{"ru": …, "en": …}: the sentence for a report that both kinds of reader may open."""
        sentences = {}
        for language in ("ru", "en"):
            with override(language):
                sentences[language] = str(self)
        return sentences
