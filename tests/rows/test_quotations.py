"""Quotations: who may write them, on which ways they come in, and where readers see them."""

import io
import json

import pytest
from django.core.management import call_command

from relations.catalog import RESOURCES
from relations.imports import batches
from relations.models import Citation, Forum, ImportBatch
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import ForumFactory, SourceFactory
from tests.helpers.sheets import import_rows, load_rows, problems

pytestmark = pytest.mark.django_db
WORDS = "Стороны договорились; далее \\ <b>вместе</b>"


@pytest.fixture
def forum():
    """A published forum with one quotation."""
    record = ForumFactory(key="forum", sources=0)
    record.cite(SourceFactory(key="gazette", language="ru"), quotation=WORDS)
    record.publish()
    return record


def test_readers_see_a_quotation_in_the_marks_of_its_language(forum, client):
    page = client.get("/en/forums/forum/").content.decode()
    assert 'lang="ru">«Стороны договорились; далее \\ &lt;b&gt;вместе&lt;/b&gt;»</span>' in page
    citation = Citation.objects.get()
    citation.quotation, citation.quotation_language = "The parties agreed", "en"
    citation.save()
    assert 'lang="en">“The parties agreed”</span>' in client.get("/en/forums/forum/").content.decode()


def test_two_quotations_from_one_place_are_two_notes(forum, client):
    forum.cite(SourceFactory(key="other"), field="date", quotation="Первое")
    forum.cite(forum.citations.get(field="date").source, field="event_type", quotation="Второе")
    page = client.get("/ru/forums/forum/").content.decode()
    assert "«Первое»" in page
    assert "«Второе»" in page


def test_programs_get_the_quotation_with_its_language(forum, client):
    (citation,) = client.get("/api/v1/forums/forum/").json()["citations"]
    assert citation["quotation"] == {"text": WORDS, "language": "ru"}
    (row,) = json.loads(client.get("/en/forums.json").getvalue())
    assert "Стороны договорились" in row["quotation"]


def test_a_citation_without_a_quotation_has_none_for_programs(client):
    ForumFactory(key="bare", published=True)
    (citation,) = client.get("/api/v1/forums/bare/").json()["citations"]
    assert citation["quotation"] is None


def test_a_quotation_with_a_semicolon_survives_a_sheet(forum):
    row = json.loads(Forum.objects.get().row)
    assert import_rows("forums", {**row, "quotation_language": ""}) is None
    import_rows("forums", {**row, "quotation_language": "ru"})
    citation = Citation.objects.get()
    assert (citation.quotation, citation.quotation_language) == (WORDS, "ru")


def test_a_sheet_refuses_a_quotation_that_is_too_long_or_has_control_characters():
    SourceFactory(key="gazette")
    row = {"key": "one", "title_ru": "Форум", "event_type": "congress", "source": "gazette"}
    assert problems(load_rows("forums", row | {"quotation": "я" * 301})) == [("E2", "text.too_long")]
    assert problems(load_rows("forums", row | {"quotation": "я" * 300})) == []
    report = load_rows("forums", row | {"key": "two", "quotation": "я\x07"})
    assert [problem for _cell, problem in problems(report)] == ["text.control"]


@pytest.mark.parametrize(("role", "may"), [("editor", True), ("publisher", True), ("importer", False)])
def test_only_those_with_the_right_to_quote_have_the_fields(role, may, forum, staff):
    forum.withdraw()
    user = staff(role)
    assert user.has_perm("relations.quote_sources") == may
    client, address = signed_in(user), url(Forum, "change", forum.pk)
    page = client.get(address)
    assert ("citations-0-quotation" in text(page)) == may
    changes = {"title_en": "Changed", **({"citations-0-quotation": "Иное"} if may else {})}
    assert client.post(address, filled_in(page, **changes)).status_code == 302
    assert Citation.objects.get().quotation == ("Иное" if may else WORDS)


def previewed(user, quotation):
    """The outcome of a preview for this user."""
    rows = f"key,source,quotation\nforum,gazette,{quotation}\n"
    batch = batches.begin(RESOURCES["forums"], user, rows.encode(), "rows.csv")
    batches.preview(batch)
    return ImportBatch.objects.get(pk=batch.pk).status


def test_an_import_without_the_right_to_quote_is_refused_at_the_cell(forum, staff):
    forum.withdraw()
    row = {"key": "forum", "source": "gazette", "quotation": "Иное"}
    assert problems(load_rows("forums", row, may_quote=False)) == [("C2", "citation.quotation")]
    assert Citation.objects.get().quotation == WORDS
    assert previewed(staff("importer"), "Иное") == ImportBatch.Status.REFUSED
    assert previewed(staff("publisher"), "Иное") == ImportBatch.Status.PREVIEWED


def test_the_command_for_a_user_without_the_right_refuses_too(forum, staff, tmp_path):
    forum.withdraw()
    staff("importer")
    sheet = tmp_path / "rows.csv"
    sheet.write_text("key,source,quotation\nforum,gazette,Иное\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("import_sheet", "forums", str(sheet), user="importer", stderr=io.StringIO())
    assert Citation.objects.get().quotation == WORDS


def test_an_import_without_the_right_may_bring_back_what_is_there(forum, staff):
    forum.withdraw()
    kept = json.loads(Forum.objects.get().row)["quotation"]
    assert previewed(staff("importer"), kept) == ImportBatch.Status.PREVIEWED
