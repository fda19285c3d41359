"""A recipe as a file to download."""

from django.http import HttpResponse

from relations.mapping.recipe import Recipe


def recipe_response(recipe: Recipe, name: str) -> HttpResponse:
    response = HttpResponse(recipe.as_text(), content_type="application/json; charset=utf-8")
    safe = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name).strip("-")
    response["Content-Disposition"] = f'attachment; filename="{safe or "recipe"}.json"'
    return response
