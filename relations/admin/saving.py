"""Saves the form of a record as a row: a draft at once, a public record as a change that waits for approval.

What somebody else has saved meanwhile is merged, column by column; what both have changed is shown side by side.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.catalog import ROWS
from relations.errors import Problem
from relations.models.citations import QUOTE
from relations.models.rechecks import CitedPlace
from relations.models.row_cache import FlatRow, packed, refreshed_once
from relations.models.versions import remember
from relations.revisions.approval import fingerprint
from relations.revisions.confirming import changed_places, confirm
from relations.revisions.saving import (
    Live,
    RowRefused,
    SavedRow,
    as_if,
    finding_at,
    locked,
    pending_revision,
    row_of,
    row_to_edit,
    save_within,
)
from relations.rows.differences import Wording
from relations.rows.lookups import Lookups
from relations.rows.merging import Conflict, Merged, groups_of, merge
from relations.rows.resource import SheetResource

from .affected import affected_by
from .cell_fields import CellFields
from .form_rows import UnstoredForm, row_of_form
from .widgets import MOST_DIGITS

if TYPE_CHECKING:
    from relations.imports.report import Finding

#: the hidden field with the row from which the form began, and the one with the row that a conflict was shown with
BEGAN_FROM, SHOWN = "_began_from", "_shown"
#: the beginning of the names of the fields that say which of two values holds, and what they say
CHOICE, MINE, THEIRS = "_holds_", "mine", "theirs"
RESOURCE_OF = {resource.model: resource for resource in ROWS.values()}
SALT = "relations.admin.saving"
#: the columns that only users with the right to quote see in the form
QUOTATION_COLUMNS = ("quotation", "quotation_language")


class Refused(Exception):
    """The form is shown again: with the errors of the row, or with what somebody else has changed meanwhile."""

    def __init__(
        self, findings: Sequence[Finding] = (), conflicts: Sequence[Conflict] = (), shown: str = ""
    ) -> None:
        super().__init__()
        self.findings, self.conflicts, self.shown = findings, conflicts, shown


NO_REASON = _(
    "Say why you change what is public, in “Reason for the change”. Readers see the reason once the change is approved."
)


@dataclass
class SideBySide:
    """One column that two editors have changed, as the form shows it."""

    label: str
    before: str
    theirs: str
    mine: str
    name: str
    choice: str


class RowSaving(CellFields):
    """Adds saving by row to the admin of a model with a row."""

    form = UnstoredForm
    change_form_template = "admin/relations/row_form.html"

    def resource_of_model(self) -> type[SheetResource]:
        """The row schema of the model."""
        return RESOURCE_OF[self.model]

    # Showing the form.

    def changeform_view(
        self, request: Any, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        request.is_sent_form = request.method == "POST"
        try:
            return self.view_with_proposal(request, object_id, form_url, extra_context)
        except Refused as refused:
            request.refused = refused
            return self.view_with_proposal(request, object_id, form_url, extra_context)

    def get_object(self, request: Any, object_id: str, from_field: str | None = None) -> Any:
        """What is sent needs the record alone, without what lists show; a form that is sent locks it at once."""
        number = str(object_id)
        if request.method != "POST" or from_field or not number.isdecimal() or len(number) > MOST_DIGITS:
            return super().get_object(request, object_id, from_field)
        if not getattr(request, "is_sent_form", False):
            return self.model.objects.for_change().filter(pk=number).first()
        try:
            request.live = locked(self.resource_of_model(), int(number))
        except self.model.DoesNotExist:
            return None
        return copy.copy(request.live.record)

    def view_with_proposal(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> Any:
        """A form that is opened shows the proposed row, if there is one."""
        record = self.get_object(request, object_id) if object_id and request.method == "GET" else None
        resource = self.resource_of_model()
        revision = pending_revision(resource, record.pk) if record else None
        proposal = (
            as_if(resource, row_to_edit(resource, revision.object_id), revision.object_id)
            if revision
            else nullcontext()
        )
        try:
            with proposal:
                response = super().changeform_view(request, object_id, form_url, extra_context)
                if hasattr(response, "render"):
                    response.render()
                return response
        except RowRefused:
            message = _(
                "The proposed change can no longer be applied, so the form shows the record as it is."
            )
            messages.warning(request, message)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        record = kwargs.get("obj")
        if record and record.pk:
            began_from = request.POST.get(BEGAN_FROM) or self.token(record)
            revision = pending_revision(self.resource_of_model(), record.pk)
            context |= {
                "began_from": began_from,
                "revision": revision,
                "is_public": bool(self.resource_of_model().public_among([record.pk])),
                **self.about_affected(record),
                "may_give_reason": True,
                "is_reason_public": not self.resource_of_model().is_reference,
                "reason": request.POST.get("_reason", revision.reason if revision else ""),
            }
        if refused := getattr(request, "refused", None):
            context |= {
                "conflicts": self.side_by_side(request, refused.conflicts),
                "known_refused": any(one.problem.code == "source.known" for one in refused.findings),
                "shown": refused.shown,
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def about_affected(self, record: Any) -> dict[str, Any]:
        """For templates: the public records that rest on this, where it is no record itself."""
        lists = affected_by(record)
        return {
            "affected": lists,
            "affected_total": sum(one.number for one in lists),
            "rests_on_it": not self.resource_of_model().citations,
        }

    def token(self, record: Any) -> str:
        """The row that the form shows, signed, so that a later save knows from what it began."""
        return signing.dumps(row_to_edit(self.resource_of_model(), record.pk), salt=SALT, compress=True)

    def began_from(self, request: HttpRequest) -> FlatRow | None:
        try:
            return signing.loads(request.POST.get(BEGAN_FROM, ""), salt=SALT)
        except signing.BadSignature:
            return None

    def side_by_side(self, request: HttpRequest, conflicts: Iterable[Conflict]) -> list[SideBySide]:
        """What both have changed, in words, and which of them the editor has chosen."""
        wording = Wording(self.resource_of_model())
        groups = {group.names: group for group in groups_of(self.resource_of_model())}
        found = []
        for one in conflicts:
            group = groups[one.names]
            before, theirs, mine = (wording.words(group, cells) for cells in (one.base, one.theirs, one.mine))
            name = choice_name(one)
            found.append(
                SideBySide(wording.label(group), before, theirs, mine, name, request.POST.get(name, ""))
            )
        return found

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A form that was refused repeats why, at the fields."""
        form = super().get_form(request, obj, change, **kwargs)
        refused: Refused | None = getattr(request, "refused", None)
        if refused is None:
            return form

        reasons, resource = refused, self.resource_of_model()

        class AgainForm(form):  # type: ignore[valid-type, misc]  # a class that is made here
            def clean(self) -> Any:
                cleaned = super().clean()
                add_errors(self, reasons, resource)
                return cleaned

        return AgainForm

    def get_formset_kwargs(self, request: Any, obj: Any, inline: Any, prefix: str) -> Any:
        """What formsets look up is passed on to the import that stores the row."""
        found = super().get_formset_kwargs(request, obj, inline, prefix)
        return {**found, "lookups": lookups_of(request)} if request.method == "POST" else found

    # Saving it.

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing is saved before the whole row is known."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        resource, record = self.resource_of_model(), form.instance
        row = row_of_form(resource, form, formsets)
        key = row.get("key", "")
        names = self.names_shown(request, formsets)
        reason = request.POST.get("_reason", "").strip()[:300]
        live: Live | None = request.live if change else None
        if live:
            row = self.merged(request, live, row, names).row
        elif problems := self.before_adding(request, row):
            raise Refused([finding_at("", problem) for problem in problems])
        confirmed = confirmed_in(formsets)
        is_renamed = bool(live and key and key != live.row.get("key"))
        try:
            # what both the row and the key change is recomputed once, after both
            with refreshed_once() if is_renamed else nullcontext():
                saved = save_within(
                    resource, row, names, live,
                    user=request.user, reason=reason, proposes=True, may_quote=request.user.has_perm(QUOTE),
                    confirmed={record.pk: confirmed}, lookups=lookups_of(request),
                )  # fmt: skip
                if is_renamed:
                    rename(resource.model, record.pk, key)
        except RowRefused as refused:
            raise Refused(refused.findings) from refused
        if saved.revision and not reason:
            raise Refused([finding_at("", Problem("revision.reason", NO_REASON))])
        record.pk = saved.change.pk
        request.saved = saved
        if change and confirmed:
            confirm(resource, record.pk, confirmed, saved.revision)
        if live and is_renamed:
            self.remember_renamed(request, record.pk, live.row["key"])

    def before_adding(self, request: HttpRequest, row: FlatRow) -> list[Problem]:
        """What stands against storing a new row, beside its own errors."""
        return []

    def names_shown(self, request: HttpRequest, formsets: Iterable[Any]) -> list[str]:
        """The columns that the user may change in the form: it may lack the rows of others, or only show them."""
        hidden = () if request.user.has_perm(QUOTE) else QUOTATION_COLUMNS
        relations = {"", *(one.relation for one in formsets if may_change(request.user, one.model))}
        columns = self.resource_of_model().columns()
        return [one.name for one in columns if one.name not in hidden and one.relation in relations]

    def merged(self, request: HttpRequest, live: Live, mine: FlatRow, names: Iterable[str]) -> Merged:
        """The row of the form with what others have changed since it was opened.

        Refused where both have changed the same, until the editor has seen both and has chosen one.
        """
        resource = self.resource_of_model()
        theirs = live.row_to_edit
        base = self.began_from(request)
        base = theirs if base is None else base
        hidden = {name: base[name] for name in resource.names() if name not in names and name in base}
        found = merge(resource, base, mine | hidden, theirs)
        shown = fingerprint(theirs)
        choices = [request.POST.get(choice_name(one)) for one in found.conflicts]
        if found.conflicts and request.POST.get(SHOWN) != shown:
            raise Refused(conflicts=found.conflicts, shown=shown)
        if not all(one in (MINE, THEIRS) for one in choices):
            raise Refused(conflicts=found.conflicts, shown=shown)
        for conflict, choice in zip(found.conflicts, choices, strict=True):
            if choice == THEIRS:
                kept = {name: cell for name, cell in found.row.items() if name not in conflict.names}
                found.row = kept | conflict.theirs
        return found

    def remember_renamed(self, request: HttpRequest, pk: int, former: str) -> None:
        """Keeps the version of a new key."""
        resource = self.resource_of_model()
        row = row_of(resource, pk)
        before, after = packed({**row, "key": former}), packed(row)
        remember(resource.slug, [(pk, row["key"], before, after)], request.user, gettext("New key"))

    def construct_change_message(self, request: Any, form: Any, formsets: Any, add: bool = False) -> Any:
        """The columns that have changed, for Django's own history."""
        if add:
            return gettext("Added.")
        changes = request.saved.change.cell_changes()
        columns = [self.resource_of_model().column(change.name) for change in changes]
        labels = ", ".join(str(column.label) for column in columns) or gettext("nothing")
        template = (
            gettext("Proposed: %(columns)s.") if request.saved.revision else gettext("Changed: %(columns)s.")
        )
        return template % {"columns": labels}

    def response_change(self, request: Any, obj: Any) -> Any:
        if is_proposal(request):
            message = _(
                "Your change of this public record waits for approval. Readers see it once it is approved."
            )
            messages.info(request, message)
            if facts := self.facts_to_confirm(request):
                message = _(
                    "The source was cited for another value of: %(facts)s. Before the change is approved, somebody must"
                    " check it again: open the form and tick “checked again” at the citation, or cite another source."
                )
                messages.info(request, message % {"facts": facts})
        return super().response_change(request, obj)

    def facts_to_confirm(self, request: Any) -> str:
        """The labels of the facts whose citations must be checked again before the proposed change is public."""
        resource = self.resource_of_model()
        if resource.citations is None:
            return ""
        places = changed_places(resource, request.live.row, request.saved.revision)
        names = sorted({place.field for place in places})
        labels = (resource.column(name).label if name else gettext("the whole record") for name in names)
        return ", ".join(map(str, labels))

    def message_user(
        self,
        request: Any,
        message: Any,
        level: int | str = messages.INFO,
        extra_tags: str = "",
        fail_silently: bool = False,
    ) -> None:
        """Django says that a form “was changed”, which a proposed change is not."""
        if level != messages.SUCCESS or not is_proposal(request):
            super().message_user(request, message, level, extra_tags, fail_silently)


def rename(model: Any, pk: int, key: str) -> None:
    """A new key is an address, not a fact: it holds at once, and the old one leads to it."""
    stored = model.objects.get(pk=pk)
    stored.key = key
    stored.save(update_fields=["key", *(["updated_at"] if hasattr(stored, "updated_at") else [])])


def choice_name(conflict: Conflict) -> str:
    """The name of the field in which an editor chooses between two values."""
    return f"{CHOICE}{conflict.names[0]}"


def lookups_of(request: Any) -> Lookups:
    """What this request has looked up."""
    found: Lookups = request.__dict__.setdefault("lookups", Lookups())
    return found


def may_change(user: Any, model: Any) -> bool:
    return bool(user.has_perm(f"relations.change_{model._meta.model_name}"))


def is_proposal(request: Any) -> bool:
    """Whether the form that was sent has become a proposed change."""
    saved: SavedRow | None = getattr(request, "saved", None)
    return bool(saved and saved.revision)


def confirmed_in(formsets: Iterable[Any]) -> frozenset[CitedPlace]:
    """The cited places that the form says have been checked again."""
    return frozenset(
        place for one in formsets if hasattr(one, "confirmed_places") for place in one.confirmed_places()
    )


def add_errors(form: Any, refused: Refused, resource: type[SheetResource]) -> None:
    """Puts each error at its field, or at the head of the form."""
    for finding in refused.findings:
        name = resource.column(finding.header).attribute if finding.header in resource.names() else ""
        form.add_error(name if name in form.fields else None, str(finding.problem))
    if refused.conflicts:
        message = _(
            "Somebody else has changed the same while you were writing. Compare both, choose for each fact what holds,"
            " and save again."
        )
        form.add_error(None, forms.ValidationError(message, code="conflict"))
