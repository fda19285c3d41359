"""What a request may bring: files that are stopped where they become too large, broken and endless bodies, and that
nothing of what was refused is left.
"""

from io import BytesIO

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from relations.limits import Limits
from relations.models import Agreement
from relations.uploads import WholeBody
from tests.helpers.import_pages import upload

pytestmark = pytest.mark.django_db
CHECK = "/en/sheet-check/"
MB = 2**20
BOUNDARY = "b"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def rows_of_all_tables():
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


@pytest.fixture
def folder(tmp_path, settings):
    """Where files on their way are kept."""
    cache.clear()
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    return tmp_path


@pytest.fixture
def kept(folder):
    """Leaves nothing on disk and in no table."""
    before = rows_of_all_tables()
    yield
    assert list(folder.iterdir()) == []
    assert rows_of_all_tables() == before


def part(name, content, filename=""):
    more = f'; filename="{filename}"' if filename else ""
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{content}\r\n'.encode()
    )


def whole(*parts):
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def broken(client, address, body, content_type=MULTIPART, missing=1000):
    """The answer to a body that ends before its length."""
    stream = BytesIO(body)
    more = {"wsgi.input": stream, "CONTENT_LENGTH": str(len(body) + missing), "CONTENT_TYPE": content_type}
    return client.generic("POST", address, **more)


# Files.


def test_an_import_that_is_too_large_is_refused_by_its_form(importer, settings):
    settings.MAX_UPLOAD_BYTES = MB
    address = reverse("admin:relations_agreement_import")
    before = rows_of_all_tables()
    data = {"file": SimpleUploadedFile("a.csv", b"x" * (MB + 1)), "sheet": "Table 7"}
    response = importer.post(address, data)
    assert response.status_code == 413
    assert "The file is larger than 1 MB." in response.content.decode()
    assert response.context["form"]["sheet"].value() == "Table 7"
    assert rows_of_all_tables() == before


def test_an_import_that_is_just_as_large_as_it_may_be_is_read(importer, settings):
    settings.MAX_UPLOAD_BYTES = MB
    table = b"key;title_en\nlarge;Treaty\n"
    assert upload(importer, table + b"\n" * (MB - len(table)), model=Agreement).context["batch"].created == 1


def test_nothing_of_a_file_that_is_too_large_is_kept(client, settings, kept):
    settings.SHEET_CHECK_BYTES = MB
    files = {"file": SimpleUploadedFile("a.csv", b"x" * (MB + 1)), "do": "check"}
    response = client.post(CHECK, {"type": "visits", **files})
    assert response.status_code == 413
    assert "Only tables of at most 1 MB" in response.content.decode()


def test_what_is_too_large_is_dropped_when_it_is_found_out_and_not_at_the_end(folder, settings):
    settings.MAX_UPLOAD_BYTES = MB
    seen, body = [], whole(part("file", "x" * 4 * MB, "a.csv"))

    class Watched(BytesIO):
        def read(self, size=-1):
            seen.append(sum(one.stat().st_size for one in folder.iterdir()))
            return super().read(size)

    request = RequestFactory().generic("POST", "/admin/", body, MULTIPART)
    request._stream = Watched(body)
    assert request.FILES["file"].size == 4 * MB
    assert request.FILES["file"].read() == b""
    assert 0 < max(seen) <= MB
    assert set(seen[len(seen) // 2 :]) == {0}


@pytest.mark.parametrize("address", ["/admin/login/", CHECK, "/en/nowhere/", "/i18n/setlang/"])
def test_more_files_than_a_form_has_are_refused(address, kept):
    files = {f"file{number}": SimpleUploadedFile(f"{number}.csv", b"x") for number in range(6)}
    client = Client()
    response = client.post(address, files)
    assert response.status_code in ({404} if "nowhere" in address else {413})


def test_it_is_said_in_both_languages_that_a_form_has_too_many_parts(client, settings):
    settings.DEBUG = False
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32
    files = {f"file{number}": SimpleUploadedFile(f"{number}.csv", b"x") for number in range(6)}
    russian, english = client.post("/admin/login/", files).content.decode().splitlines()
    assert russian.startswith("В форме слишком много полей или файлов")
    assert english.startswith("The form has too many fields or files")


# Bodies.


@pytest.mark.parametrize(
    "address", ["/admin/login/", CHECK, "/ru/about/", "/api/v1/agreements/", "/reconcile/places"]
)
def test_a_body_without_its_length_is_refused_in_words(address, client):
    response = client.generic("POST", address, headers={"Transfer-Encoding": "chunked"})
    assert response.status_code == 411
    text = response.content.decode()
    if address.startswith(("/api/", "/reconcile/")):
        assert response.json()["status"] == 411
    else:
        assert [line.split(".")[0] for line in text.splitlines()] == [
            "В запросе не указана его длина",
            "The request does not say how long it is",
        ]


def test_only_who_is_logged_in_may_send_a_large_file_to_the_admin(client, importer):
    address = reverse("admin:relations_agreement_import")
    response = client.post(address, {"file": SimpleUploadedFile("a.csv", b"x" * 3 * MB)})
    assert response.status_code == 403
    assert "Войдите и отправьте файл ещё раз." in response.content.decode()
    sent = importer.post(address, {"file": SimpleUploadedFile("a.csv", b"x" * 3 * MB)})
    assert sent.status_code != 403


def test_a_large_form_without_files_is_refused_in_the_admin_too(importer):
    form = {"content_type": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(3 * MB)}
    assert importer.post(reverse("admin:relations_agreement_add"), "", **form).status_code == 413


def test_a_form_that_breaks_off_is_not_taken_as_whole(client, kept):
    """What had arrived would be a valid form."""
    body = b"type=visits&pasted=title_en%0Aa&do=check"
    response = broken(client, CHECK, body, "application/x-www-form-urlencoded")
    assert response.status_code == 400
    russian, english = response.content.decode().splitlines()
    assert (russian[:16], english[:21]) == ("Запрос оборвался", "The request broke off")


@pytest.mark.parametrize(
    "parts",
    [
        [part("type", "visits"), part("file", "x" * MB, "a.csv")],
        [part("file", "x" * MB, "a.csv"), part("file", "x" * MB, "b.csv")],
        [part("file", "x" * MB, "a.csv"), part("type", "visits")],
    ],
)
def test_nothing_is_kept_of_a_file_that_breaks_off(parts, client, kept):
    assert broken(client, CHECK, b"".join(parts)[:-20]).status_code == 400


def test_a_file_is_deleted_when_its_page_fails(client, kept, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("relations.views.sheet_check.answer", lambda request: 1 / 0)
    response = client.post(CHECK, {"file": SimpleUploadedFile("a.csv", b"x" * MB)})
    assert response.status_code == 500


def test_a_body_is_read_no_further_than_its_length():
    stream = BytesIO(b"a=1&b=2, and so on without end")
    body = WholeBody(stream, 7)
    assert body.read() + body.read(5) == b"a=1&b=2"
    assert stream.tell() == 7


def test_lines_of_a_body_count_as_well():
    body = WholeBody(BytesIO(b"one\ntwo\nthree\n"), 6)
    assert [body.readline(), body.readline(), body.readline()] == [b"one\n", b"tw", b""]


def test_the_files_of_a_request_are_gone_when_it_was_answered(folder):
    def answered(request):
        assert request.FILES["file"].read() == b"content"
        assert len(list(folder.iterdir())) == 1
        return HttpResponse("well")

    request = RequestFactory().post("/admin/x/", {"file": SimpleUploadedFile("a.csv", b"content")})
    Limits(answered)(request)
    assert list(folder.iterdir()) == []
