"""The public check of a sheet: what it says, what it must not know, what it leaves behind, and its limits."""

import io
import json
import re
import zipfile

import openpyxl
import pytest
from django.apps import apps
from django.core.cache import cache, caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from relations.models import FormerKey, ImportRecipe
from relations.network import downloads
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    ForumSeriesFactory,
    IndicatorFactory,
    OrganizationFactory,
    PersonFactory,
    SourceFactory,
    TopicFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
ADDRESS = "/en/sheet-check/"
RIGHT = "title_en\tparties\tdate_signed\nTreaty\tRU; UZ\t1992-05-30\n"
#: as statistics offices publish them
FOREIGN = "Exports of goods;;\nKazakhstan;;\nMystery;2001;2002\nRussia;1500,5;1700\nAtlantis;1;2\n"
NAMED = (OrganizationFactory, PersonFactory, TopicFactory, ForumSeriesFactory)


@pytest.fixture(autouse=True)
def nothing_asked_before(russia, uzbekistan, kazakhstan):
    cache.clear()


def check(client, pasted="", status=200, type="agreements", address=ADDRESS, **more):
    response = client.post(address, {"type": type, "pasted": pasted, "do": "check", **more})
    assert response.status_code == status, response.content.decode()[:2000]
    return response


def words(response):
    """The page as its reader sees it, without the field that has the pasted table."""
    text = re.sub(r"<textarea.*?</textarea>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def report(response):
    """[(code, cells)] of all errors that are shown."""
    return [(line["code"], line["cells"]) for line in response.context["errors"]]


def file(data, name="sheet.csv"):
    return SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)


def workbook(*rows):
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


class TestWhatItSays:
    def test_the_page_is_open_to_everybody_in_both_languages(self, page):
        assert "Check a sheet" in page("/en/sheet-check/")
        assert "Проверить таблицу" in page("/ru/sheet-check/")
        assert "/en/sheet-check/" in page("/en/data/")

    def test_a_right_table_has_no_errors(self, client):
        text = words(check(client, RIGHT))
        assert "1 row was read; without errors: 1." in text
        assert "No errors were found." in text

    def test_errors_are_grouped_by_cause_with_their_cells(self, client):
        rows = "".join(f"Treaty {number}\tRU; Atlantis\t31.02.1992\n" for number in range(3))
        response = check(client, f"title_en\tparties\tdate_signed\n{rows}Treaty\tRU; UZ\t1992\n")
        assert dict(report(response)) == {
            "name.unknown": ["B2", "B3", "B4"],
            "date.impossible": ["C2", "C3", "C4"],
        }
        assert "4 rows were read; without errors: 1." in words(response)
        assert "3 cells: B2, B3, B4" in words(response)

    def test_a_row_that_is_no_record_yet_is_an_error_unless_it_has_a_key(self, client):
        rows = "key\ttitle_en\tparties\n{}\tTreaty\t\n"
        assert report(check(client, "title_en\tparties\nTreaty\t\n"))[0][0] == "row.incomplete"
        assert report(check(client, rows.format("my-treaty"))) == []

    def test_the_same_key_twice_is_an_error(self, client):
        assert report(check(client, "key\ttitle_en\none\tA\none\tB\n")) == [("key.twice", ["A3"])]

    def test_totals_are_passed_over_and_counted(self, client):
        text = words(check(client, f"{RIGHT}Total\t\t\n"))
        assert "1 row was read" in text
        assert "1 row was passed over, because it is no record." in text

    def test_a_row_of_a_public_record_may_be_a_part_of_it(self, client):
        AgreementFactory(key="known", published=True)
        part = "key\tinstrument_type\n{}\ttreaty\n"
        assert report(check(client, part.format("known"))) == []
        assert report(check(client, part.format("unknown")))[0][0] == "title.required"

    @pytest.mark.parametrize("type_", ["agreements", "forums", "visits", "projects", "statistics", "sources"])
    def test_every_type_is_read(self, type_, client):
        text = words(check(client, "key\ttitle_en\ttitle\tindicator\na\tb\tc\td\n", type=type_))
        assert "What was found" in text

    def test_a_table_without_a_known_heading_is_refused_in_words(self, client):
        response = check(client, "hello\nworld\n")
        assert "The table cannot be read." in words(response)
        assert "No known column heading was found" in words(response)

    def test_a_workbook_is_read_and_the_marked_one_returned(self, client):
        data = workbook(["title_en", "parties"], ["Treaty", "Atlantis"])
        assert report(check(client, file=file(data, "a.xlsx"))) == [("name.unknown", ["B2"])]
        response = check(client, file=file(data, "a.xlsx"), do="marked")
        assert 'filename="agreements-errors.xlsx"' in response["Content-Disposition"]
        assert "no-store" in response["Cache-Control"]
        marked = openpyxl.load_workbook(io.BytesIO(response.content))
        assert "Atlantis" in marked.worksheets[0]["B2"].comment.text

    def test_a_pasted_table_comes_back_as_csv(self, client):
        response = check(client, "title_en\tparties\nTreaty\tAtlantis\n", do="marked")
        assert 'filename="agreements-errors.csv"' in response["Content-Disposition"]
        assert "Atlantis" in response.content.decode("utf-8-sig")

    def test_a_workbook_that_is_large_inside_comes_back_as_csv(self, client, settings):
        settings.SHEET_CHECK_BYTES = 2**14
        rows = [["title_en", "parties"], *(["Treaty of the same words", "Atlantis"] for _ in range(1000))]
        data = workbook(*rows)
        assert len(data) < 2**14
        response = check(client, file=file(data, "a.xlsx"), do="marked")
        assert "errors.csv" in response["Content-Disposition"]

    def test_what_was_chosen_and_typed_is_kept(self, client):
        response = check(client, RIGHT, sheet="Table 1", type="visits")
        form = response.context["upload"]
        assert (form["type"].value(), form["sheet"].value()) == ("visits", "Table 1")
        assert form["pasted"].value() == RIGHT

    def test_after_an_uploaded_file_it_says_to_choose_it_again(self, client):
        assert "Choose the file again" in words(check(client, file=file(RIGHT)))
        assert "Choose the file again" not in words(check(client, RIGHT))


class TestAForeignTable:
    def asked(self, client, **more):
        return check(client, FOREIGN, type="statistics", **more)

    def answers(self, response, **changed):
        """What a browser would post of the questions that are shown."""
        found = {
            "answers": response.context["form"].recipe.as_text(),
            "table": response.context["check"].table,
        }
        form = response.context["form"]
        found |= {"at": [column.at for column in form.their_columns], "headings": form.heading_text}
        found |= {f"c{column.at}": column.ours for column in form.their_columns}
        found |= {"part1": form.parts[0], "across": form.unfolded, "new_years": "on"}
        constants = dict(form.recipe.constants)
        found |= {"constant": [*constants], "constant_text": [*constants.values()]}
        return found | changed

    def test_is_asked_about_before_it_is_read(self, client):
        response = self.asked(client)
        assert response.context["form"].recipe.constants == {"area": "=A2"}
        assert response.context["check"].report is None
        assert "How the table is read" in words(response)
        assert "Errors" not in words(response)

    def test_is_read_by_the_answers(self, client):
        answers = self.answers(self.asked(client), c0="counterpart")
        response = self.asked(client, **answers)
        assert ("name.unknown", ["A5"]) in report(response)
        assert response.context["form"].recipe.columns == {"Mystery": "counterpart"}

    def test_shows_its_first_rows_again_without_a_report(self, client):
        answers = self.answers(self.asked(client), c0="-", do="show")
        response = self.asked(client, **answers)
        assert response.context["check"].report is None
        assert response.context["form"].recipe.ignored == ("Mystery",)

    def test_gives_the_answers_as_a_recipe_by_which_it_is_read_without_questions(self, client):
        answers = self.answers(self.asked(client), c0="counterpart", name="Exports", do="recipe")
        response = self.asked(client, **answers)
        assert 'filename="Exports.json"' in response["Content-Disposition"]
        recipe = json.loads(response.content)
        assert recipe["columns"] == {"Mystery": "counterpart"}
        assert not ImportRecipe.objects.exists()
        again = self.asked(client, recipe_file=file(response.content, "recipe.json"))
        assert ("name.unknown", ["A5"]) in report(again)

    def test_keeps_its_answers_where_the_file_was_forgotten(self, client):
        first = check(client, file=file(FOREIGN), type="statistics")
        answers = self.answers(first, c0="counterpart")
        forgotten = check(client, "", 400, type="statistics", **answers)
        assert "Choose a file or paste a table." in words(forgotten)
        kept = {}
        for name, value in forgotten.context["kept"]:
            kept.setdefault(name, []).append(value)
        response = check(client, file=file(FOREIGN), type="statistics", **kept)
        assert response.context["form"].recipe.columns == {"Mystery": "counterpart"}

    def test_answers_about_another_table_are_not_used(self, client):
        answers = self.answers(self.asked(client), c0="counterpart")
        response = check(client, RIGHT, **answers)
        assert report(response) == []
        assert "form" not in response.context or not response.context["form"]

    def test_saved_recipes_of_editors_are_not_used_nor_shown(self, client):
        content = self.asked(client).context["form"].recipe.as_json() | {
            "columns": {"Mystery": "counterpart"}
        }
        first = self.asked(client).context["check"].table
        ImportRecipe.objects.create(
            name="Of the editors", type="statistics", content=content, headings_sha256=first
        )
        response = self.asked(client)
        assert response.context["check"].report is None
        assert "Of the editors" not in response.content.decode()

    @pytest.mark.parametrize(
        "recipe",
        [
            '{"recipe": 99, "type": "statistics"}',
            '{"recipe": 1, "type": "statistics", "columns": {"Mystery": "no_such_column"}}',
            '{"recipe": 1, "type": "statistics", "columns": {"Nowhere": "area"}}',
            '{"recipe": 1, "type": "statistics", "columns": {"Mystery": "area"}, "constants": {"area": "RU"}}',
            '{"recipe": 1, "type": "statistics", "constants": {"area": "=ZZ9"}}',
            '{"recipe": 1, "type": "agreements"}',
            '{"recipe": 1, "type": "statistics", "secret": 1}',
            '{"recipe": 1, "type": "statistics", "heading_rows": [0, 0, 0, 0], "first_row": 10000000}',
            '{"recipe": 1, "type": "statistics", "encoding": "no-such", "sheet": "none"}',
            "[" * 100_000,
            "\x00",
            "nonsense",
        ],
    )
    def test_a_recipe_that_does_not_do_is_refused_in_a_sentence(self, recipe, client):
        answer = {"type": "statistics", "pasted": FOREIGN, "recipe_file": file(recipe, "r.json")}
        response = client.post(ADDRESS, answer)
        assert response.status_code in (200, 400)
        assert response.context["upload"]["pasted"].value() == FOREIGN
        carried = client.post(ADDRESS, self.answers(self.asked(client), answers=recipe) | answer)
        assert carried.status_code in (200, 400)

    def test_answers_that_contradict_each_other_are_refused_in_a_sentence(self, client):
        answers = self.answers(self.asked(client), c0="area")
        assert "Two things fill the column" in words(self.asked(client, **answers))


class TestWhatItDoesNotKnow:
    """A draft gives the same page as nothing at all."""

    def same(self, client, draft, table, **more):
        """The pages for what a draft has and for what nothing has differ in the word itself alone."""
        unknown = "z" + draft[1:]
        pages = [
            check(client, table.format(name), **more).content.decode().replace(name, "NAME")
            for name in (draft, unknown)
        ]
        stripped = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", one) for one in pages]
        assert stripped[0] == stripped[1]
        return stripped[0]

    @pytest.mark.parametrize(
        ("table", "type_"),
        [
            ("title_en\tparties\tdate_signed\tsource\nTreaty\tRU; UZ\t1992\t{}\n", "agreements"),
            ("title_en\tparties\tdate_signed\tquoted_in\tsource\nTreaty\tRU\t1992\t{}\tnone\n", "agreements"),
            ("title_en\tparties\tdate_signed\ttopics\nTreaty\tRU; UZ\t1992\t{}\n", "agreements"),
            ("title_en\tparties\tdate_signed\tsigned_at\nTreaty\tRU; UZ\t1992\t{}\n", "agreements"),
            ("title_en\tparties\tdate_signed\tamends\nTreaty\tRU; UZ\t1992\t{}\n", "agreements"),
            ("key\ttitle_en\tparties\tdate_signed\n{}\tTreaty\tRU; UZ\t1992\n", "agreements"),
            ("key\tinstrument_type\n{}\ttreaty\n", "agreements"),
            ("title_en\torganizations\tparties\tdate_signed\nA\t{}\tRU\t1992\n", "agreements"),
            ("title_en\tseries\tdate\nForum\t{}\t1992\n", "forums"),
            ("title_en\tparticipants\tdate\nForum\t{}\t1992\n", "forums"),
            ("title_en\tparticipants\tdate\nForum\torg:{}\t1992\n", "forums"),
            ("title_en\tvisitor\tdate\nVisit\t{}\t1992\n", "visits"),
            ("indicator\tarea\tperiod\tvalue\tunit\ni\tRU\t1992\t5\t{}\n", "statistics"),
            ("indicator\tarea\tperiod\tvalue\tabout\ni\tRU\t1992\t5\t{}\n", "statistics"),
            ("key\ttitle\n{}\tBook\n", "sources"),
        ],
    )
    def test_of_keys(self, table, type_, client):
        key = "quarxel-1999"
        AgreementFactory(key=key, title_en="Treaty of Quarxel")
        ForumFactory(key=key)
        for factory in (
            SourceFactory,
            OrganizationFactory,
            PersonFactory,
            TopicFactory,
            UnitFactory,
            ForumSeriesFactory,
        ):
            factory(key=key)
        IndicatorFactory(key="i")
        self.same(client, key, table, type=type_)

    def test_of_names(self, client):
        for factory in NAMED:
            factory(key="hidden", name_en="Quarxel Bureau", name_ru="Кварксел")
        table = "title_en\tparticipants\ttopics\tseries\tdate\nForum\t{0}\t{0}\t{0}\t1992\n"
        self.same(client, "Quarxel Bureau", table, type="forums")

    def test_of_former_keys(self, client):
        hidden = OrganizationFactory(key="hidden", name_en="Quarxel Bureau")
        FormerKey.objects.lead("quarxel-1999", hidden)
        table = "title_en\torganizations\tparties\tdate_signed\nA\t{}\tRU\t1992\n"
        self.same(client, "quarxel-1999", table)
        AgreementFactory(published=True).participations.create(role="participant", organization=hidden)
        assert report(check(client, table.format("quarxel-1999"))) == []

    def test_of_described_sources(self, client):
        SourceFactory(key="quarxel", title="Quarxel annual", url="https://example.org/quarxel")
        table = "title_en\tparties\tdate_signed\tsource_title\tsource_url\nT\tRU\t1992\t{}\thttps://example.org/quarxel\n"
        self.same(client, "Quarxel annual", table)

    def test_nothing_hidden_is_suggested(self, client):
        SourceFactory(key="quarxel-1999")
        OrganizationFactory(key="hidden", name_en="Quarxel Bureau")
        table = "title_en\torganizations\tparties\tsource\nT\tQuarxel Burea\tRU\tquarxel-1998\n"
        text = check(client, table).content.decode()
        assert "Quarxel Bureau" not in text
        assert "quarxel-1999" not in text

    def test_what_is_public_is_known_and_suggested(self, client):
        record = AgreementFactory(published=True)
        known = record.citations.first().source.key
        table = "title_en\tparties\tdate_signed\tsource\tamends\nT\tRU; UZ\t1992\t{}\t{}\n"
        assert report(check(client, table.format(known, record.key))) == []
        text = words(check(client, table.format(f"{known}x", f"{record.key}x")))
        assert f"Did you mean {known}" in text
        assert record.key in text


class TestWhatItLeavesBehind:
    def counts(self):
        return {model.__name__: model._base_manager.count() for model in apps.get_models()}

    def test_nothing_is_written(self, client):
        before = self.counts()
        table = f"{RIGHT.strip()}\nTreaty\tAtlantis\t1992\n"
        described = "title_en\tparties\tdate_signed\tsource_title\nT\tRU; UZ\t1992\tA book\n"
        with CaptureQueriesContext(connection) as captured:
            for pasted in (table, described):
                for do in ("check", "marked"):
                    check(client, pasted, do=do)
            for do in ("check", "show", "recipe"):
                check(client, FOREIGN, type="statistics", do=do, name="Kept?")
        said = [one["sql"].split(None, 1)[0].upper() for one in captured]
        assert set(said) <= {"SELECT", "DECLARE"}  # of a cursor on the server
        assert self.counts() == before

    def test_as_many_statements_for_a_thousand_rows_as_for_one(self, client):
        record = AgreementFactory(published=True)
        known = record.citations.first().source.key
        heading = "key\ttitle_en\tparties\tdate_signed\tsource\tamends\n"

        def statements(number, type_, heading, row):
            with CaptureQueriesContext(connection) as captured:
                check(client, heading + "".join(row(one) for one in range(number)), type=type_)
            return len(captured)

        def agreement(one):
            return f"k{one}\tTreaty {one}\tRU; Atlantis{one}\t1992\t{known}; s{one}\t{record.key}; a{one}\n"

        assert statements(1500, "agreements", heading, agreement) == statements(
            1, "agreements", heading, agreement
        )
        records = [AgreementFactory(published=True).key for _ in range(4)]
        heading = "indicator\tarea\tperiod\tvalue\tabout\n"

        def figure(one):
            return f"x\tRU\t{1900 + one}\t5\t{records[one % 4]}\n"

        assert statements(40, "statistics", heading, figure) == statements(1, "statistics", heading, figure)

    def test_no_cache_keeps_it_and_no_search_engine_its_results(self, client):
        first = client.get(ADDRESS)
        assert "no-store" in first["Cache-Control"]
        assert "noindex" not in first.content.decode()
        assert not caches["pages"]._cache
        result = check(client, RIGHT)
        assert "no-store" in result["Cache-Control"]
        assert '<meta name="robots" content="noindex">' in result.content.decode()
        assert not caches["pages"]._cache

    def test_it_needs_the_token_of_its_form(self):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(ADDRESS, {"type": "agreements", "pasted": RIGHT}).status_code == 403
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', strict.get(ADDRESS).content.decode())[1]
        posted = {"type": "agreements", "pasted": RIGHT, "csrfmiddlewaretoken": token}
        assert strict.post(ADDRESS, posted).status_code == 200

    def test_it_begins_no_session(self, client):
        client.get(ADDRESS)
        check(client, RIGHT)
        assert set(client.cookies) <= {"csrftoken"}


class TestLimits:
    def test_of_how_often(self, client, settings):
        settings.SHEET_CHECK_RATE = "2/minute"
        statuses = [client.post(ADDRESS, {"type": "visits", "pasted": RIGHT}).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        refused = check(client, RIGHT, 429, type="visits", answers="kept", c0="area")
        assert 0 < int(refused["Retry-After"]) <= 61
        assert "Too many tables have come from your network." in words(refused)
        assert refused.context["upload"]["pasted"].value() == RIGHT
        assert ("c0", "area") in refused.context["kept"]
        assert client.get(ADDRESS).status_code == 200
        assert (
            Client(REMOTE_ADDR="192.0.2.9").post(ADDRESS, {"type": "visits", "pasted": RIGHT}).status_code
            == 200
        )

    @pytest.mark.parametrize(
        ("setting", "status"), [("DOWNLOADS_PER_ADDRESS", 429), ("DOWNLOADS_AT_ONCE", 503)]
    )
    def test_of_how_many_at_once(self, setting, status, client, settings):
        setattr(settings, setting, 0)
        refused = check(client, RIGHT, status)
        assert refused["Retry-After"] == "10"
        assert refused.context["upload"]["pasted"].value() == RIGHT

    def test_a_check_counts_until_it_is_done(self, client, settings):
        settings.DOWNLOADS_PER_ADDRESS = 1
        check(client, RIGHT)
        check(client, "\x00", 400)
        check(client, file=file(b"PK\x03\x04nonsense"), status=400)
        check(client, RIGHT)
        assert not downloads.under_way

    def test_of_rows(self, client, settings):
        settings.SHEET_CHECK_ROWS = 3
        rows = "Treaty\tRU; UZ\t1992-05-30\n"
        assert report(check(client, RIGHT + 2 * rows)) == []
        response = check(client, RIGHT + 3 * rows)
        assert "Only sheets of at most 3 rows are checked here." in words(response)

    @pytest.mark.parametrize("rows", ["{}\tparties\nTreaty\tRU\n", "title_en\tparties\nTreaty\t{}\n"])
    def test_of_the_length_of_a_cell(self, rows, client):
        short, long = rows.format("RU;" * 10_922), rows.format("RU;" * 10_923)
        assert "characters" not in words(check(client, file=file(short)))
        response = client.post(ADDRESS, {"type": "agreements", "file": file(long), "do": "check"})
        assert "has more than 32767 characters." in words(response)

    def test_of_rows_that_a_table_unfolds_into(self, client, settings):
        settings.SHEET_CHECK_ROWS = 5
        years = "\t".join(map(str, range(2001, 2009)))
        table = f"indicator\tarea\t{years}\ni\tRU\t{years}\n"
        assert "Only sheets of at most 5 rows" in words(check(client, table, type="statistics"))

    def test_of_bytes(self, client, settings):
        settings.SHEET_CHECK_BYTES = 2**20
        large = "title_en\tparties\n" + "x" * 2**20
        response = check(client, status=413, file=file(large), type="visits")
        assert "Only tables of at most 1 MB are checked here." in words(response)
        assert response.context["upload"]["type"].value() == "visits"

    def test_of_a_request(self, client, settings):
        text = check(client, "x" * 50_000_000, 413).content.decode()
        assert "The request is too large" in text
        between = check(client, "x" * 3_000_000, 413)
        assert "Only tables of at most 2 MB are checked here." in words(between)

    def test_of_fields(self, client):
        fields = {f"c{number}": "area" for number in range(6000)}
        check(client, RIGHT, 413, **fields)


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b" " * 400 * 2**20)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04nonsense", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1nonsense", b"%PDF-1.4", b"\x00" * 100, b"\xff\xfe\x00",
        b"{", b"[[[[[", b'[{"title_en": "\\ud800"}]', b"a\nb\n", b'"', b"\xff" * 50,
        "\ufeff\u200b".encode(), b";;;;\n;;;;",
        b"title_en\n" + b"a\x00b\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("type_", ["agreements", "statistics", "sources"])
def test_no_file_ends_in_an_error_of_the_server(data, type_, client):
    for do in ("check", "show", "recipe", "marked"):
        response = client.post(ADDRESS, {"type": type_, "file": file(data), "do": do})
        assert response.status_code in (200, 400)


def test_no_package_that_unpacks_without_end_is_read(client, settings):
    settings.MAX_UNPACKED_BYTES = 2**20
    response = check(client, file=file(bomb(), "a.xlsx"), status=400)
    assert "The workbook is larger than 1 MB when unpacked." in words(response)


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"type": "nothing", "pasted": RIGHT},
        {"type": "places", "pasted": RIGHT},
        {"type": "agreements", "pasted": "a\x00b"},
        {"type": "agreements", "pasted": RIGHT, "sheet": "\x00"},
        {"type": "agreements", "pasted": RIGHT, "do": "everything"},
        {"type": "agreements", "pasted": RIGHT, "answers": "\x00", "table": "\x00"},
        {
            "type": "statistics",
            "pasted": FOREIGN,
            "headings": "9" * 50,
            "at": ["x", "²", "-1"],
            "first_row": "²",
        },
    ],
)
def test_whatever_is_posted_is_answered_with_a_page(posted, client):
    response = client.post(ADDRESS, posted)
    assert response.status_code in (200, 400)
    if "pasted" in posted:
        assert response.context["upload"]["pasted"].value() == posted["pasted"]
