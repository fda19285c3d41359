"""Slow statements are said without anything that somebody has typed."""

import pytest
from django.db import connection

from relations.logs.statements import MOST_TEXT, without_values
from relations.models import Forum

pytestmark = pytest.mark.django_db


def test_a_slow_statement_is_a_warning_without_its_parameters(lines, settings, monkeypatch):
    settings.SLOW_QUERY_MS = 0
    list(Forum.objects.filter(title_ru="secret"))
    (line,) = lines()
    assert (line["level"], line["logger"]) == ("warning", "relations.logs.statements")
    assert line["sql"].startswith("SELECT ")
    assert "secret" not in str(line)
    assert line["ms"] >= 0


def test_a_quick_statement_is_not_said(lines):
    Forum.objects.count()
    assert lines() == []


def test_a_statement_that_fails_is_timed_too(lines, settings):
    settings.SLOW_QUERY_MS = 0
    with pytest.raises(Exception, match="no_such_table"), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM no_such_table")
    assert lines()[0]["sql"] == "SELECT 1 FROM no_such_table"


def test_values_within_a_statement_are_left_out_and_a_long_one_is_cut():
    assert (
        without_values("SELECT 1\n  WHERE name = 'O''Hara' AND x = %s")
        == "SELECT 1 WHERE name = '…' AND x = %s"
    )
    assert len(without_values("SELECT " + "a, " * 1000)) == MOST_TEXT
