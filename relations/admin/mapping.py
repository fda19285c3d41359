"""Admin pages on which a foreign table is brought in: how it is read, its names and cells, and saved recipes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations import tasks
from relations.catalog import RESOURCES, ROWS
from relations.errors import Problem
from relations.imports import batches
from relations.imports.recipes import adopt, keep_recipe, with_cell
from relations.mapping.answers import Answers, storable_fields
from relations.mapping.fitting import with_titles
from relations.mapping.names import tables_of
from relations.mapping.recipe import Recipe
from relations.models import ImportBatch, ImportLine, ImportRecipe
from relations.registry import resource_of
from relations.revisions.saving import RowRefused, SavedRow, row_to_edit, save_row
from relations.rows.lookups import Lookups
from relations.rows.suggestions import HAS_CYRILLIC
from relations.text.cell_syntax import join, split
from relations.writers.recipes import recipe_response

from .batch_steps import BatchSteps, address_of, may
from .import_duplicates import decided

Status = ImportBatch.Status
#: an import whose answers may still change
OPEN = (Status.MAPPING, Status.PREVIEWED, Status.REFUSED)
#: characters of one answer
LONGEST_ANSWER = 2000


class MappingPages(BatchSteps):
    """Adds the pages of a mapping to the admin of imports."""

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "mapping": self.mapping, "mend": self.mend, "recipe": self.recipe, "encoding": self.encoding,
            "decide": self.decide,
        }  # fmt: skip
        return [
            path(
                f"<int:number>/{name}/",
                self.admin_site.admin_view(view),
                name=f"relations_importbatch_{name}",
            )
            for name, view in pages.items()
        ] + super().get_urls()

    def own_open(self, request: HttpRequest, number: int) -> ImportBatch:
        """An import of the user herself whose answers may still change."""
        batch = self.visible(request, number)
        if batch.user_id != request.user.pk or not may(request.user, "import", batch.type):
            raise PermissionDenied(gettext("This import belongs to another user. Upload the file yourself."))
        return batch

    def mapping(self, request: HttpRequest, number: int) -> HttpResponse:
        """How the table is read: shows the answers, reads the first rows by them, and goes on to the preview."""
        batch = self.own_open(request, number)
        if batch.status not in OPEN:
            return HttpResponseRedirect(address_of(batch))
        try:
            if not (batch.table and batch.recipe):
                batches.begin_mapping(batch)
                batch.refresh_from_db()
            form = Answers(ROWS[batch.type], batch.table, Recipe.of(batch.recipe))
            if request.method == "POST":
                form = self.answered(request, batch, form)
                if "preview" in request.POST and not form.read[2]:
                    return self.go_on(request, batch, with_titles(form.recipe, form.sheet))
                if (
                    name := storable_fields(request.POST).get("sheet", form.recipe.sheet)
                ) != form.recipe.sheet:
                    return self.other_sheet(batch, name)
        except Problem as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(address_of(batch))
        return self.mapping_page(request, batch, form)

    def answered(self, request: HttpRequest, batch: ImportBatch, form: Answers) -> Answers:
        """The form with what was posted: answers, or the saved or uploaded recipe to use instead."""
        if "use" in request.POST and (saved := self.chosen_recipe(request, batch)):
            return Answers(form.resource, form.table, saved, form.lookups)
        return form.posted(storable_fields(request.POST))

    def chosen_recipe(self, request: HttpRequest, batch: ImportBatch) -> Recipe | None:
        """The recipe of an uploaded file, else the saved one. Raises Problem."""
        if file := request.FILES.get("recipe_file"):
            return Recipe.read(file.read())
        number = request.POST.get("saved", "")
        found = (
            ImportRecipe.objects.filter(pk=number, type=batch.type).first() if number.isdecimal() else None
        )
        return Recipe.of(found.content) if found else None

    def go_on(self, request: HttpRequest, batch: ImportBatch, recipe: Recipe) -> HttpResponse:
        if recipe.name:
            keep_recipe(recipe, request.user)
            messages.success(request, gettext("The recipe “%(name)s” was saved.") % {"name": recipe.name})
        batches.answer(batch, recipe)
        tasks.go_on(batch)
        return HttpResponseRedirect(address_of(batch))

    def other_sheet(self, batch: ImportBatch, name: str) -> HttpResponse:
        """Begins again with another sheet of the workbook."""
        batches.read_again(batch, sheet=name[:300])
        tasks.go_on(batch)
        return HttpResponseRedirect(address_of(batch, "mapping"))

    def encoding(self, request: HttpRequest, number: int) -> HttpResponse:
        """Reads a text file in the encoding that was chosen from the first words."""
        batch = self.own_open(request, number)
        if request.method == "POST" and batch.status in OPEN:
            batches.read_again(batch, encoding=storable_fields(request.POST).get("encoding", "")[:20])
            tasks.go_on(batch)
        return HttpResponseRedirect(address_of(batch))

    def mapping_page(self, request: HttpRequest, batch: ImportBatch, form: Answers) -> HttpResponse:
        names, rows, problem = form.read
        context = {
            **self.admin_site.each_context(request),
            "title": _("How the table is read"),
            "subtitle": str(batch),
            "opts": self.opts,
            "batch": batch,
            "type": ROWS[batch.type].model._meta,
            "form": form,
            "read_names": names,
            "read_rows": rows,
            "problem": problem,
            "saved": ImportRecipe.objects.filter(type=batch.type),
        }
        return TemplateResponse(request, "admin/import_export/mapping.html", context)

    def mend(self, request: HttpRequest, number: int) -> HttpResponse:
        """Replaces a cell or a name throughout its column, and previews again."""
        batch = self.own_open(request, number)
        post = storable_fields(request.POST)
        if request.method != "POST" or batch.status not in OPEN:
            return HttpResponseRedirect(address_of(batch))
        column, cell = post.get("column", ""), post.get("cell", "")
        chosen = (post.get("typed", "").strip() or post.get("instead", ""))[:LONGEST_ANSWER]
        instead = None if "pass_over" in post else chosen
        try:
            if instead == "":
                raise Problem("mend.empty", _("Choose or type what should be read instead."))
            recipe = with_cell(batch, column, cell, instead)
            if "for_all" in post and instead:
                self.teach(request, batch, column, cell, instead)
            adopt(batch, recipe, request.user)
        except Problem as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(address_of(batch))
        tasks.go_on(batch)
        return HttpResponseRedirect(address_of(batch))

    def decide(self, request: HttpRequest, number: int) -> HttpResponse:
        """Keeps what becomes of rows that look like a record, and previews again."""
        batch = self.own_open(request, number)
        if request.method != "POST" or batch.status not in OPEN:
            return HttpResponseRedirect(address_of(batch))
        try:
            found = decided(batch, storable_fields(request.POST))
            if found == batch.decisions:
                raise Problem("duplicate.undecided", _("Choose what becomes of the rows."))
            batches.decide(batch, found)
        except Problem as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(f"{address_of(batch)}?tab={ImportLine.Tab.DUPLICATES}")
        tasks.go_on(batch)
        return HttpResponseRedirect(f"{address_of(batch)}?tab={ImportLine.Tab.DUPLICATES}")

    def teach(self, request: HttpRequest, batch: ImportBatch, column: str, name: str, key: str) -> None:
        """Remembers a name for all tables: it becomes another name of what was chosen, as by its form."""
        tables = tables_of(ROWS[batch.type], column, Lookups())
        entity = next((one for table in tables for one in table.called(key)), None)
        if entity is None:
            return
        if not request.user.has_perm(f"relations.change_{entity._meta.model_name}"):
            raise Problem("mend.may_not", _("You may not change names in the register."))
        saved = add_name(entity, name[:LONGEST_ANSWER], request.user)
        if saved and saved.revision:
            messages.info(request, gettext("The other name “%(name)s” waits for approval.") % {"name": name})

    def recipe(self, request: HttpRequest, number: int) -> HttpResponse:
        """The answers of an import as a file."""
        batch = self.visible(request, number)
        found = batches.recipe_of(batch) or Recipe(batch.type)
        return recipe_response(found, found.name or f"{batch.type}-recipe")


def add_name(entity: Any, name: str, user: Any) -> SavedRow | None:
    """Adds another name; what readers see waits for approval. None where it is one already. Raises Problem."""
    resource = resource_of(type(entity))
    column = f"other_names_{'ru' if HAS_CYRILLIC.search(name) else 'en'}"
    row = row_to_edit(resource, entity.pk)
    names = split(row.get(column, ""))
    if name in names:
        return None
    changed = {**row, column: join([*names, name])}
    reason = gettext("The other name “%(name)s” was added from an import.") % {"name": name}
    try:
        return save_row(resource, changed, [column], entity.pk, user=user, proposes=True, reason=reason[:300])
    except RowRefused as refused:
        raise refused.findings[0].problem from refused


@admin.register(ImportRecipe)
class ImportRecipeAdmin(admin.ModelAdmin):
    """Saved recipes: looked at, exported and deleted; they are made on the page of a mapping."""

    list_display = ["name", "type", "producer", "user", "updated_at"]
    list_filter = ["type"]
    list_select_related = ["user"]
    search_fields = ["name", "producer"]
    readonly_fields = ("name", "type", "producer", "user", "updated_at", "answers")
    fields = readonly_fields
    actions = ["export"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ImportRecipe | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: ImportRecipe | None = None) -> bool:
        return any(may(request.user, "import", slug) for slug in RESOURCES)

    def has_delete_permission(self, request: HttpRequest, obj: ImportRecipe | None = None) -> bool:
        """Who may import such tables may delete their recipes."""
        if obj:
            return may(request.user, "import", obj.type)
        return self.has_view_permission(request)

    @admin.display(description=_("answers"))
    def answers(self, recipe: ImportRecipe) -> str:
        return Recipe.of(recipe.content).as_text()

    @admin.action(description=_("Download the selected recipe (JSON)"), permissions=["view"])
    def export(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        chosen = list(queryset[:2])
        if len(chosen) == 1:
            return recipe_response(Recipe.of(chosen[0].content), chosen[0].name)
        self.message_user(request, gettext("Choose one recipe."), messages.ERROR)
        return None
