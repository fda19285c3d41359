"""Inline forms of the record admin: citations first, then participants and links."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from relations.catalog import BY_MODEL
from relations.models import Citation, LinkKind, Participation, Record, RecordLink, Role
from relations.models.citations import QUOTE
from relations.models.foreign_keys import LINK_PAIRS, LINKS, key_to
from relations.models.links import NOT_SIGNED_THERE, may_be_signed_at
from relations.models.participations import COUNTED_AS_PARTIES
from relations.rows.related_columns import Participants

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


#: the cleaned values of one row, by the names of its fields
FormRow = dict[str, Any]


class KeptForms(BaseInlineFormSet):
    """Knows which of its rows will remain."""

    def kept(self) -> list[FormRow]:
        return [
            form.cleaned_data
            for form in self.forms
            if hasattr(form, "cleaned_data") and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]

    #: fields that must be unique among the rows, and the message for duplicates
    identity: tuple[str, ...] = ()
    said_twice: "StrOrPromise" = ""

    def clean(self) -> None:
        super().clean()
        seen = [tuple(row.get(name) or "" for name in self.identity) for row in self.kept()]
        if len(seen) > len(set(seen)):
            raise ValidationError(self.said_twice)


class CitationFormSet(KeptForms):
    identity = ("source", "locator_label", "locator", "field", "quoted_in")
    said_twice = _("The same place in this source is cited twice for the same fact.")

    def clean(self) -> None:
        super().clean()
        if self.instance.is_published and not any(self.errors) and not self.kept():
            raise ValidationError(
                _("A published record needs a source. Unpublish it first, or keep at least one source.")
            )


#: the fields of a quotation, in one line of the form
QUOTATION = ("quotation", "quotation_language")


class CitationInline(admin.StackedInline):
    model = Citation
    formset = CitationFormSet
    extra = 0
    min_num = 0
    autocomplete_fields = ["source", "quoted_in"]
    fields = [
        ("source", "field"),
        ("locator_label", "locator", "confidence"),
        "quoted_in",
        QUOTATION,
        ("note_ru", "note_en"),
    ]
    verbose_name, verbose_name_plural = _("source citation"), _("source citations")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("source", "quoted_in")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The quotation only for those who have the right to quote."""
        fields = list(super().get_fields(request, obj))
        return fields if request.user.has_perm(QUOTE) else [one for one in fields if one != QUOTATION]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "field":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        columns = [
            column for column in BY_MODEL[self.parent_model].resource.columns() if not hasattr(column, "part")
        ]
        choices = [
            ("", _("the whole record")),
            *((column.name, column.label) for column in columns if column.name != "key"),
        ]
        return forms.ChoiceField(choices=choices, required=False, label=db_field.verbose_name)


class ParticipationFormSet(KeptForms):
    identity = ("role", "place", "organization", "person")
    said_twice = _("The same participant appears twice in the same role.")

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        for row in self.kept():
            chosen = [row.get(name) for name in ("place", "organization", "person") if row.get(name)]
            if len(chosen) != 1:
                raise ValidationError(_("Choose exactly one: a place, an organisation or a person."))
        for row in self.kept():
            self.check_fit(row)
        if self.needs_two_parties() and sum(row["role"] in COUNTED_AS_PARTIES for row in self.kept()) < 2:
            raise ValidationError(
                _(
                    "A published agreement needs two parties. Unpublish it first, or keep at least two"
                    " parties."
                )
            )

    def check_fit(self, row: FormRow) -> None:
        """Only what the flat row has a column for: an organisation is no place, a person no party."""
        who = next(row[name] for name in ("place", "organization", "person") if row.get(name))
        columns = BY_MODEL[type(self.instance)].resource.columns()
        if not any(
            column.role == row["role"] and type(who) in column.takes
            for column in columns
            if isinstance(column, Participants)
        ):
            message = _("“%(who)s” cannot have the role “%(role)s”.")
            raise ValidationError(message, params={"who": who, "role": Role(row["role"]).label})

    def needs_two_parties(self) -> bool:
        kind = getattr(self.instance, "instrument_type", "law_or_concept")
        return self.instance.is_published and kind != "law_or_concept"


class ParticipationInline(admin.TabularInline):
    model = Participation
    formset = ParticipationFormSet
    extra = 0
    autocomplete_fields = ["place", "organization", "person"]
    fields = ["role", "place", "organization", "person"]
    #: in the order of the form; empty: those of the columns of the row
    roles: tuple[Role, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("place", "organization", "person")

    def offered_roles(self) -> list[Role]:
        columns = BY_MODEL[self.parent_model].resource.columns()
        own = (column.role for column in columns if isinstance(column, Participants))
        return list(self.roles or dict.fromkeys(own))

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "role":
            kwargs["choices"] = [("", "—"), *((role.value, role.label) for role in self.offered_roles())]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


class AgreementParties(ParticipationInline):
    fields = [*ParticipationInline.fields, "status", "status_date"]
    roles = (Role.PARTY, Role.SIGNATORY, Role.SIGNER, Role.PLACE_OF_SIGNATURE, Role.DEPOSITARY)


class VisitParticipants(ParticipationInline):
    roles = (Role.VISITOR, Role.HOST, Role.ORIGIN, Role.DESTINATION)


class LinkFormSet(KeptForms):
    identity = ("kind", *RecordLink.ENDS)
    said_twice = _("The same link is given twice.")

    def clean(self) -> None:
        super().clean()
        for row in self.kept():
            ends = [row[end] for end in RecordLink.ENDS if row.get(end)]
            if row.get("kind") == LinkKind.SIGNED_AT and not all(
                may_be_signed_at(self.instance, end) for end in ends
            ):
                raise ValidationError(str(NOT_SIGNED_THERE), code=NOT_SIGNED_THERE.code)


class LinkInline(admin.TabularInline):
    model = RecordLink
    formset = LinkFormSet
    extra = 0

    def __init__(self, parent_model: type[Record], admin_site: AdminSite) -> None:
        """The kinds of link that start at this type, and the types to which they lead."""
        super().__init__(parent_model, admin_site)
        start = key_to(parent_model)
        self.fk_name, self.kinds = f"from_{start}", [kind for kind in LinkKind if kind in LINKS[start]]
        self.ends = [f"to_{end}" for of, end in LINK_PAIRS if of == start]

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return self.ends

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["kind", *self.ends]

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            kwargs["choices"] = [("", "—"), *((kind.value, kind.label) for kind in self.kinds)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)
