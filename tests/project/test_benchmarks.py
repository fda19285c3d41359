"""The benchmark of pages reads them rightly, and asks nothing twice."""

import pytest

from benchmarks import questions
from benchmarks.reading import BLOCK, Questions, in_admin, in_list, lines_in, title_in
from benchmarks.words import INFLECTED
from relations.models import Agreement
from tests.helpers.admin import signed_in
from tests.helpers.factories import AgreementFactory

pytestmark = pytest.mark.django_db


def test_the_total_of_a_list_is_read_with_its_context_and_its_first_record(content, client):
    answer = client.get("/en/agreements/")
    found = in_list(answer.content.decode())
    assert found == (Agreement.objects.published().count(), answer.context["page"][0].key)


def test_the_total_of_an_admin_list_is_read_with_its_first_record(content, admin_user):
    answer = signed_in(admin_user).get("/admin/relations/agreement/", headers={"accept-language": "en"})
    shown = answer.context["cl"]
    assert in_admin(answer.content.decode()) == (shown.result_count, str(shown.result_list[0].pk))


def test_an_empty_list_has_no_first_record(content, client):
    text = client.get("/en/agreements/?year_to=1600").content.decode()
    assert in_list(text) == (0, "")


def test_the_lines_of_a_csv_are_counted_without_its_heading(content, client):
    answer = client.get("/en/agreements.csv?country=UZ")
    text = b"".join(answer.streaming_content).decode()
    assert lines_in(text)[0] == in_list(client.get("/en/agreements/?country=UZ").content.decode())[0]


def test_a_record_is_known_by_the_number_in_its_title():
    assert title_in("<h1>Договор № 00000042</h1>") == "00000042"


def test_no_question_is_asked_twice():
    questions = Questions({"total": 10_000})
    for ask, number in ((questions.narrowed, 9 * BLOCK), (questions.years, 160), (questions.searched, 1000)):
        asked = [tuple(ask(i).items()) for i in range(number)]
        assert len(set(asked)) == number


def test_inflected_words_find_synthetic_agreements(content):
    for number in range(1, 300, 20):
        AgreementFactory(title_ru=f"Соглашение о подготовке специалистов в области туризма № {number}")
    assert Agreement.objects.matching(INFLECTED[0]).count() >= 15


def test_random_questions_are_asked_four_times_and_all_answers_agree(content):
    found = questions.agree("4", "2")
    assert len(found) == 4
    assert all(number >= 4 * len(questions.PLACES) for number, _seconds in found.values())


def test_an_answer_that_differs_ends_the_run(content, monkeypatch):
    monkeypatch.setitem(questions.PLACES, "/en/matrix/{slug}/", lambda body: -1)
    with pytest.raises(SystemExit, match=r"WRONG .*/en/matrix/\{slug\}/.*instead of"):
        questions.agree("4", "0")
