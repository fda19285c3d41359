"""The preview of an import speaks in words, and counts what would be stored and nothing else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.models import Forum, ImportBatch
from tests.helpers.admin import text, url
from tests.helpers.factories import AgreementFactory, SourceFactory
from tests.helpers.import_pages import batch_of, counts, press, upload

pytestmark = pytest.mark.django_db


def csv(*rows):
    return "\n".join(",".join(row) for row in rows).encode()


def tab(client, page, name):
    return text(client.get(page.request["PATH_INFO"], {"tab": name}))


def tabs(page):
    """{tab: count} of those that the page shows."""
    return {code: count for code, _label, count, _is_open in page.context["tabs"].all()}


FORUM = {
    "title_ru": "Форум",
    "event_type": "interregional_forum",
    "date": "2012-21",
    "event_status": "held",
    "participants": "RU; KZ",
    "source": "gazette",
    "locator": "page 41",
    "cited_fields": "date",
}


class TestWords:
    def test_are_the_values_of_a_new_row_with_the_code_in_a_tooltip(self, importer, russia, kazakhstan):
        SourceFactory(key="gazette", title="The Gazette")
        sheet = csv(list(FORUM), list(FORUM.values()))
        preview = upload(importer, sheet, model=Forum)
        stored = press(importer, preview, "confirm")
        for page in (tab(importer, preview, "new"), tab(importer, stored, "new")):
            for code, words in (
                ("interregional_forum", "interregional forum"),
                ("2012-21", "spring 2012"),
                ("RU; KZ", "Russia; Kazakhstan"),
                ("gazette", "The Gazette"),
                ("page 41", "page 41"),
                ("date", "date"),
            ):
                assert f">{words}</span>" in page, words
                assert code == words or f'title="{code}"' in page, code

    def test_are_old_and_new_of_a_changed_row(self, importer):
        AgreementFactory(key="old", signed="1992-05-30", instrument_type="treaty")
        sheet = csv(["key", "date_signed", "instrument_type"], ["old", "1993-02", "protocol"])
        page = tab(importer, upload(importer, sheet), "changed")
        assert "30 May 1992</del>" in page
        assert "February 1993</ins>" in page
        assert 'title="1993-02"' in page

    def test_say_where_a_finding_is(self, importer):
        sheet = csv(
            ["key", "title_ru", "date_signed"], ["a", "Один", "31.02.2000"], ["b", "Два", "31.02.2000"]
        )
        assert "2 cells: C2, C3" in text(upload(importer, sheet))

    def test_cost_the_same_for_many_rows_as_for_few(self, importer, russia, kazakhstan):
        counted = []
        for number in (2, 30):
            rows = ([f"Договор {i}", "RU; KZ", str(1950 + i)] for i in range(number))
            page = upload(importer, csv(["title_ru", "parties", "date_signed"], *rows))
            importer.get(page.request["PATH_INFO"], {"tab": "new"})
            with CaptureQueriesContext(connection) as captured:
                importer.get(page.request["PATH_INFO"], {"tab": "new"})
            counted.append(len(captured))
        assert counted[0] == counted[1]


class TestCounts:
    ROWS = (["key", "title_ru", "date_signed"], ["a", "Один", "1992"], ["b", "Два", "31.02.2000"])

    def test_leave_out_a_faulty_row(self, importer):
        page = upload(importer, csv(*self.ROWS))
        assert counts(page) == (1, 0, 0)
        assert tabs(page)["new"] == 1
        assert "Два" not in tab(importer, page, "new")
        assert counts(press(importer, page, "good")) == (1, 0, 0)

    def test_of_warnings_are_the_same_before_and_after_storing(self, importer):
        rows = ([f"k{i}", f"Договор {i}", f"{i + 1} мая 1992 г."] for i in range(4))
        preview = upload(importer, csv(["key", "title_ru", "date_signed"], *rows))
        before = tabs(preview)["warnings"], tab(importer, preview, "warnings")
        stored = press(importer, preview, "confirm")
        assert before[0] == tabs(stored)["warnings"] > 0
        assert "4 cells: C2, C3, C4, C5" in before[1]
        assert "4 cells: C2, C3, C4, C5" in tab(importer, stored, "warnings")
        ImportBatch.objects.update(report={**batch_of(stored).report, "causes": None})
        batch = batch_of(stored)
        del batch.report["causes"]
        batch.save()
        assert "4 cells: C2, C3, C4, C5" in tab(importer, stored, "warnings")

    def test_of_what_was_not_stored_are_not_listed(self, importer):
        page = press(importer, upload(importer, csv(*self.ROWS[:2])), "cancel")
        assert tabs(page) == {}
        listed = text(importer.get(url(ImportBatch)))
        assert '<td class="field-new">–</td>' in listed

    def test_of_a_sheet_without_a_valid_row_name_no_new_ones(self, importer):
        page = upload(importer, csv(self.ROWS[0], self.ROWS[2]))
        assert "new" not in tabs(page)
