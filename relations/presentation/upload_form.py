"""The form by which a table is given: an uploaded file or a pasted range."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

#: characters of a pasted table; a longer one is uploaded as a file
LONGEST_PASTE = 1_000_000


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("xlsx, xls, ods, csv, tsv or json. The format is recognised from the content."),
    )
    sheet = forms.CharField(
        label=_("Sheet of the workbook"),
        required=False,
        max_length=300,
        help_text=_("The name of the sheet. If left empty, the first visible sheet is read."),
    )
    pasted = forms.CharField(
        label=_("or a pasted table"),
        required=False,
        strip=False,
        max_length=LONGEST_PASTE,
        widget=forms.Textarea({"rows": 5, "cols": 80}),
        help_text=_("A range copied from a spreadsheet program or a web page, with its headings."),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two, and not too large."""
        cleaned = super().clean() or {}
        self.refuse_too_large(cleaned)
        if (
            "file" in cleaned
            and "pasted" in cleaned
            and not cleaned["file"]
            and not cleaned["pasted"].strip()
        ):
            raise forms.ValidationError(_("Choose a file or paste a table."))
        return cleaned

    def refuse_too_large(self, cleaned: dict[str, Any]) -> None:
        if (file := cleaned.get("file")) and file.size > settings.MAX_UPLOAD_BYTES:
            limit = settings.MAX_UPLOAD_BYTES // 2**20
            raise forms.ValidationError(
                _("The file is larger than %(limit)d MB."), "too_large", {"limit": limit}
            )

    @property
    def is_too_large(self) -> bool:
        return self.has_error(NON_FIELD_ERRORS, "too_large")

    @property
    def content(self) -> tuple[bytes, str]:
        """(bytes, name) of what is imported; a file is preferred to a pasted table."""
        if file := self.cleaned_data["file"]:
            return file.read(), file.name
        return self.cleaned_data["pasted"].encode(), gettext("pasted table")
