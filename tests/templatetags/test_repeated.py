"""Macros of Jinja2, called from tags."""

import pytest
from django.template import engines
from jinja2 import DictLoader

from relations.templatetags.repeated import macro


@pytest.fixture
def debugging(settings):
    """Django then makes its template engines anew."""
    settings.DEBUG = True


@pytest.fixture
def texts(monkeypatch):
    """{name: text} of templates that can be changed."""
    found = {
        "line.html": '{% from "part.html" import part %}{% macro row(record) %}{{ part(record) }}{% endmacro %}',
        "part.html": "{% macro part(record) %}<b>{{ record }}</b>{% endmacro %}",
    }
    environment = engines["jinja2"].env
    monkeypatch.setattr(environment, "loader", DictLoader(found))
    monkeypatch.setattr(environment, "auto_reload", True)
    return found


def test_what_a_macro_is_given_is_escaped(texts):
    assert macro("line.html", "row")("<i>") == "<b>&lt;i&gt;</b>"


def test_who_works_on_a_template_sees_a_change_of_what_it_imports(debugging, texts):
    assert macro("line.html", "row")(1) == "<b>1</b>"
    texts["part.html"] = texts["part.html"].replace("b>", "em>")
    assert macro("line.html", "row")(1) == "<em>1</em>"


def test_a_macro_that_is_missing_is_an_error(texts):
    with pytest.raises(AttributeError):
        macro("line.html", "rows")
