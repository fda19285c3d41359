"""Inline forms of the record admin: citations first, then participants and links."""

import copy
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from relations.catalog import BY_MODEL
from relations.models import Citation, LinkKind, Participation, Record, RecordLink, Role
from relations.models.citations import QUOTE
from relations.models.foreign_keys import LINK_PAIRS, LINKS, key_to
from relations.models.links import NOT_SIGNED_THERE, may_be_signed_at
from relations.models.participations import COUNTED_AS_PARTIES, STATUS_OF_A_PARTY
from relations.models.rechecks import CitedPlace
from relations.rows.citation_parts import SUPPORTS
from relations.rows.related_columns import Participants

from .cell_fields import DatesReadAloud
from .form_rows import ChildForm, RowsOfForm
from .widgets import LongChoice, SearchFields

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


#: with the open comments on the facts of the group above its rows
TABULAR = "admin/relations/tabular_inline.html"
#: the cleaned values of one row, by the names of its fields
FormRow = dict[str, Any]


class KeptForms(RowsOfForm):
    """Compares its rows with each other."""

    def kept(self) -> list[FormRow]:
        return [form.cleaned_data for form in self.forms if getattr(form, "cleaned_data", None)]

    #: fields that must be unique among the rows, and the message for duplicates
    identity: tuple[str, ...] = ()
    said_twice: "StrOrPromise" = ""

    def clean(self) -> None:
        super().clean()
        seen = [tuple(row.get(name) or "" for name in self.identity) for row in self.kept()]
        if self.identity and len(seen) > len(set(seen)):
            raise ValidationError(self.said_twice)


class CitationForm(ChildForm):
    """One place in one source, with all the facts that it supports."""

    facts = forms.MultipleChoiceField(
        label=_("what it supports"),
        required=False,
        widget=LongChoice,
        help_text=SUPPORTS,
    )

    confirmed = forms.BooleanField(
        label=_("checked again"),
        required=False,
        help_text=_("Tick it where you have changed what it supports and the source says the new value too."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["facts"] = getattr(self.instance, "facts", [])
        self.fields["facts"].label = capfirst(self.fields["facts"].label)
        self.fields["facts"].choices = self.choices  # type: ignore[attr-defined]

    #: the columns that may be cited; the inline of each type sets its own
    choices: ClassVar[list[tuple[str, Any]]] = []


class CitationFormSet(KeptForms):
    relation = "citations"

    def get_queryset(self) -> Any:
        """One citation for each place that is cited, with all the facts that it supports."""
        if not hasattr(self, "places"):
            self.places: list[Citation] = []
            for citation in super().get_queryset():
                setattr(citation, self.fk.name, self.instance)  # its name tells of what it is
                last = self.places[-1] if self.places else None
                if last and is_same_place(last, citation):
                    last.facts.append(citation.field)  # type: ignore[attr-defined]
                else:
                    citation.facts = [citation.field]
                    self.places.append(citation)
        return self.places

    def confirmed_places(self) -> Iterator[CitedPlace]:
        """The places that the editor has ticked as checked again."""
        for form in self.kept_forms():
            row = form.cleaned_data
            if row.get("confirmed") and row.get("source"):
                where = f"{row['locator_label']} {row['locator']}".strip()
                quoted = row["quoted_in"].key if row.get("quoted_in") else ""
                for fact in row["facts"] or [""]:
                    yield CitedPlace(row["source"].key, where, quoted, fact)

    def children(self) -> Iterator[Citation]:
        for form in self.kept_forms():
            for fact in form.cleaned_data["facts"] or [""]:
                citation = copy.copy(form.instance)
                citation.field = fact
                yield citation

    def clean(self) -> None:
        super().clean()
        seen = [
            (*(row.get(name) or "" for name in ("source", "locator_label", "locator", "quoted_in")), fact)
            for row in self.kept()
            for fact in row.get("facts") or [""]
        ]
        if len(seen) > len(set(seen)):
            raise ValidationError(_("The same place in this source is cited twice for the same fact."))
        if self.instance.is_published and not any(self.errors) and not self.kept():
            raise ValidationError(
                _("A published record needs a source. Unpublish it first, or keep at least one source.")
            )


#: what citations of one place have in common
PLACE = (
    "source_id", "quoted_in_id", "locator_label", "locator", "confidence", "note_ru", "note_en", "quotation",
    "quotation_language",
)  # fmt: skip


def is_same_place(one: Citation, other: Citation) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in PLACE)


#: the fields of a quotation, in one line of the form
QUOTATION = ("quotation", "quotation_language")


class BeginsWithRows:
    """For an inline: the form of something new begins with the rows that it will surely need.

    A row that is left as it is counts as empty.
    """

    #: what each of these rows says already
    begins_with: tuple[dict[str, Any], ...] = ()

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else len(self.begins_with)


class CitationInline(BeginsWithRows, SearchFields, admin.StackedInline):
    begins_with = ({},)
    model = Citation
    template = "admin/relations/citations_inline.html"
    form = CitationForm
    formset = CitationFormSet
    min_num = 0
    autocomplete_fields = ["source", "quoted_in"]
    fields = [
        "source",
        ("locator_label", "locator", "confidence"),
        "facts",
        "confirmed",
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

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        columns = BY_MODEL[self.parent_model].resource.citable_columns()
        choices = [("", _("the whole record")), *((one.name, one.label) for one in columns)]
        self.form = cast("type[CitationForm]", type("CitationForm", (CitationForm,), {"choices": choices}))
        return super().get_formset(request, obj, **kwargs)


class ParticipationFormSet(KeptForms):
    relation = "participations"
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
            may_have_status = row["role"] in (Role.PARTY, Role.SIGNATORY) and row.get("status")
            if (row.get("status") or row.get("status_date")) and not may_have_status:
                raise ValidationError(STATUS_OF_A_PARTY)
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


class ParticipationInline(BeginsWithRows, DatesReadAloud, SearchFields, admin.TabularInline):
    template = TABULAR
    model = Participation
    form = ChildForm
    formset = ParticipationFormSet
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
    begins_with = ({"role": Role.PARTY}, {"role": Role.PARTY})


class VisitParticipants(ParticipationInline):
    roles = (Role.VISITOR, Role.HOST, Role.ORIGIN, Role.DESTINATION)
    begins_with = ({"role": Role.VISITOR}, {"role": Role.HOST})


class LinkFormSet(KeptForms):
    relation = "links"
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


class LinkInline(SearchFields, admin.TabularInline):
    template = TABULAR
    model = RecordLink
    form = ChildForm
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
