"""The list of failed tasks on the first page of the admin, and its buttons."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from relations import tasks
from relations.catalog import RESOURCES
from relations.imports import batches
from relations.models import ImportBatch
from relations.workers.failed import MOST, try_again
from tests.helpers.admin import signed_in, text
from tests.helpers.tasks import begun_task, failed_task, waiting_task

pytestmark = pytest.mark.django_db
Status = ImportBatch.Status
ERROR = 'Traceback (most recent call last):\n  File "x.py", line 1\nMemoryError: no memory is left\n'


def desk(client):
    return client.get(reverse("admin:index"))


def press(client, button, task):
    return client.post(reverse(f"admin:relations_importbatch_task_{button}", args=[task.pk]), follow=True)


@pytest.fixture
def batch():
    """An import that has failed while it was read."""
    found = batches.begin(RESOURCES["agreements"], None, b"key,title_ru\nk1,One\n", "treaties.csv")
    ImportBatch.objects.filter(pk=found.pk).update(status=Status.READING)
    batches.fail(found.pk)
    return found


def status_of(batch):
    batch.refresh_from_db()
    return batch.status


class TestTheList:
    def test_says_what_failed_how_often_and_why(self, importer, batch):
        failed_task("carry_on", [batch.pk], ["a", "b", "c"], ERROR)
        page = text(desk(importer))
        assert "Failed tasks: 1" in page
        assert f"Import No. {batch.pk}, treaties.csv" in page
        assert reverse("admin:relations_importbatch_change", args=[batch.pk]) in page
        assert "<td>3</td>" in page
        assert "MemoryError: no memory is left" in page
        assert "Traceback" not in page

    def test_names_the_refreshing_of_records(self, importer):
        failed_task()
        assert "Refreshing of records" in text(desk(importer))

    def test_is_there_in_russian(self, importer, batch):
        failed_task("carry_on", [batch.pk])
        importer.cookies["django_language"] = "ru"
        page = text(desk(importer))
        for words in (
            "Задачи с ошибкой: 1",
            f"Импорт № {batch.pk}, treaties.csv",
            "Повторить",
            "Убрать из списка",
        ):
            assert words in page

    def test_is_left_out_where_nothing_has_failed(self, importer):
        waiting_task(timedelta(seconds=1))
        begun_task()
        assert "Failed tasks" not in text(desk(importer))

    @pytest.mark.parametrize(
        ("role", "may"), [("reader", False), ("editor", False), ("importer", True), ("publisher", True)]
    )
    def test_is_for_those_who_import_or_publish(self, staff, role, may, batch):
        tasks_failed = [failed_task("carry_on", [batch.pk]), failed_task()]
        client = signed_in(staff(role))
        assert ("Failed tasks: 2" in text(desk(client))) == may
        for task in tasks_failed:
            assert press(client, "again", task).status_code == (200 if may else 403)
        for task in (failed_task("carry_on", [batch.pk]), failed_task()):
            assert press(client, "remove", task).status_code == (200 if may else 403)

    def test_shows_only_imports_of_types_that_the_user_imports_or_publishes(self, django_user_model, batch):
        user = django_user_model.objects.create_user("visits", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=["import_visit", "view_visit"]))
        client, task = signed_in(user), failed_task("carry_on", [batch.pk])
        assert "Failed tasks" not in text(desk(client))
        assert press(client, "again", task).status_code == 403
        failed_task()
        assert "Failed tasks: 1" in text(desk(client))

    def test_of_many_shows_the_newest_and_the_number_of_the_others(self, importer):
        for _number in range(MOST + 2):
            failed_task()
        page = text(desk(importer))
        assert f"Failed tasks: {MOST + 2}" in page
        assert "and 2 more" in page

    def test_costs_one_statement_however_long_it_is(self, importer, batch):
        desk(importer)

        def statements():
            with CaptureQueriesContext(connection) as captured:
                desk(importer)
            return [one["sql"] for one in captured if "django_tasks" in one["sql"]]

        assert len(statements()) == 1
        for _number in range(3):
            failed_task("carry_on", [batch.pk])
        assert len(statements()) == 1

    def test_shows_an_import_that_is_gone_or_a_task_without_an_error(self, importer):
        failed_task("carry_on", [10**9], error="")
        assert f"Import No. {10**9}" in text(desk(importer))


class TestTryingAgain:
    def test_the_task_waits_with_no_attempt_counted_and_its_import_too(self, importer, batch):
        task = failed_task("carry_on", [batch.pk])
        since = timezone.now()
        assert "The task will be done again." in text(press(importer, "again", task))
        task.refresh_from_db()
        assert (task.status, task.worker_ids, task.traceback) == ("READY", [], "")
        assert task.enqueued_at >= since
        assert status_of(batch) == Status.WAITING
        task.task.call(*task.args_kwargs["args"])
        assert status_of(batch) in (Status.PREVIEWED, Status.REFUSED)

    def test_what_failed_while_it_was_stored_is_stored(self, importer):
        batch = batches.begin(
            RESOURCES["agreements"], None, b"key,title_ru,date_signed\nk1,One,1992\n", "a.csv"
        )
        batches.preview(batch)
        batches.confirm(batch)
        batches.fail(batch.pk, deaths=3)
        press(importer, "again", failed_task("carry_on", [batch.pk]))
        assert status_of(batch) == Status.STORING
        assert "deaths" not in batch.report
        tasks.carry_on.call(batch.pk)
        assert (status_of(batch), batch.created) == (Status.STORED, 1)

    def test_a_file_that_is_gone_meanwhile_is_said(self, importer, batch):
        batch.kept_file.delete()
        press(importer, "again", failed_task("carry_on", [batch.pk]))
        tasks.carry_on.call(batch.pk)
        assert status_of(batch) == Status.REFUSED
        assert batch.report["errors"][0]["code"] == "file.gone"

    def test_an_import_that_did_not_fail_stays_as_it_is(self, importer, batch):
        ImportBatch.objects.update(status=Status.STORED)
        press(importer, "again", failed_task("carry_on", [batch.pk]))
        assert status_of(batch) == Status.STORED

    def test_a_worker_is_started(self, importer, settings, monkeypatch):
        started = []
        settings.START_WORKERS = True
        monkeypatch.setattr(tasks.subprocess, "Popen", lambda command, **how: started.append(command))
        press(importer, "again", failed_task())
        assert len(started) == 1

    def test_two_who_press_the_button_put_it_back_once(self):
        task = failed_task()
        assert [try_again(task), try_again(task)] == [True, False]


@pytest.mark.parametrize("button", ["again", "remove"])
class TestButtons:
    def test_of_a_task_that_is_gone_say_so(self, button, importer):
        task = failed_task()
        DBTaskResult.objects.all().delete()
        assert "Somebody else has already dealt with this task." in text(press(importer, button, task))

    def test_leave_a_task_alone_that_has_not_failed(self, button, importer):
        task = begun_task()
        press(importer, button, task)
        task.refresh_from_db()
        assert task.status == "RUNNING"

    def test_are_no_links(self, button, importer):
        address = reverse(f"admin:relations_importbatch_task_{button}", args=[failed_task().pk])
        assert importer.get(address).status_code == 405

    def test_are_for_those_who_are_signed_in(self, button, client):
        address = reverse(f"admin:relations_importbatch_task_{button}", args=[failed_task().pk])
        assert client.post(address).status_code == 302
        assert DBTaskResult.objects.get().status == "FAILED"


def test_a_removed_task_is_no_longer_in_the_list(importer, batch):
    task = failed_task("carry_on", [batch.pk])
    assert "The task is no longer in the list." in text(press(importer, "remove", task))
    assert "Failed tasks" not in text(desk(importer))
    assert status_of(batch) == Status.FAILED
