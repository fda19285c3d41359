"""Names of authors: persons, organisations in braces, and everything else as it is written."""

import pytest

from relations.text.names import author_name, author_names, without_braces

MINISTERS = "{Ministers of Foreign Affairs of Kazakhstan, Kyrgyzstan; and others}"


@pytest.mark.parametrize(
    ("text", "family", "given"),
    [
        ("Suyunov, Asliddin", "Suyunov", "Asliddin"),
        ("Жапов А.А.", "Жапов", "А. А."),
        ("Жапов А. А.", "Жапов", "А. А."),
        ("А. А. Жапов", "Жапов", "А. А."),
        ("Жапов, Андрей Иванович", "Жапов", "Андрей Иванович"),
        ("van der Berg, Jan P.", "van der Berg", "Jan P."),
        ("Салтыков-Щедрин М.Е.", "Салтыков-Щедрин", "М. Е."),
    ],
)
def test_a_person_has_a_family_and_a_given_name(text, family, given):
    name = author_name(text)
    assert (name.family, name.given, name.is_organization) == (family, given, False)


@pytest.mark.parametrize(
    "text",
    [
        "Правительство Российской Федерации",
        "Центр политики, площадка «Эксперт»",
        "Asliddin Suyunov",
        "Министры Казахстана, Кыргызстана, Таджикистана",
        "Agency of Political and Economic Communications, Moscow",
    ],
)
def test_a_name_of_no_known_form_stays_as_it_is_written(text):
    name = author_name(text)
    assert (name.text, name.is_person, name.is_organization) == (text, False, False)


def test_commas_and_semicolons_in_braces_separate_nothing():
    first, second = author_names(f"{MINISTERS}; Suyunov, Asliddin")
    assert first.text == MINISTERS.strip("{}")
    assert first.is_organization
    assert second.is_person


def test_a_brace_without_its_pair_is_a_letter_like_any_other():
    assert [name.text for name in author_names("{A; B")] == ["{A", "B"]


def test_empty_names_are_left_out():
    assert author_names(" ; {}; ") == []


def test_readers_see_no_braces():
    assert without_braces("{Росстат}; Жапов А.А.") == "Росстат; Жапов А.А."


def test_the_spellings_of_one_person_are_one_identity():
    spellings = {author_name(text).identity for text in ("Жапов А.А.", "Жапов, Андрей", "А. Жапов")}
    assert len(spellings) == 1
    assert author_name("Жапов Б.Б.").identity not in spellings
    assert author_names("{Росстат}")[0].identity == author_name("Росстат").identity


def test_a_given_name_comes_first_and_initials_last_in_running_text():
    assert author_name("Suyunov, Asliddin").natural == "Asliddin Suyunov"
    assert author_name("Жапов А.А.").natural == "Жапов А. А."
