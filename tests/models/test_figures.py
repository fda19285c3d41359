"""Figures and statements in words: what each says, what it needs to be public, and what it cannot have."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from relations.models import Observation
from tests.helpers.factories import (
    ForumFactory,
    ObservationFactory,
    OrganizationFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def statement(**values):
    return ObservationFactory(
        obs_value=None, unit=None, qualifier="direction_only", title_ru="", title_en="", **values
    )


@pytest.mark.parametrize(
    ("values", "russian", "english"),
    [
        ({"direction": "up"}, "рост", "growth"),
        ({"direction": "down"}, "снижение", "decline"),
        (
            {"wording_ru": "большая часть", "wording_en": "the greater part"},
            "большая часть",
            "the greater part",
        ),
        ({"wording_ru": "переориентация", "direction": "up"}, "переориентация", "growth"),
        ({"wording_en": "the greater part"}, "the greater part", "the greater part"),
        ({}, "утверждение словами", "statement in words"),
    ],
)
def test_a_statement_is_shown_in_the_words_of_its_source_else_as_its_direction(values, russian, english):
    found = statement(**values)
    assert found.in_words() == russian
    with override("en"):
        assert found.in_words() == english


def test_a_statement_is_public_without_a_unit_but_not_without_words():
    mute, said = statement(), statement(wording_en="the greater part")
    ((refused, problems),) = Observation.objects.all().publish()
    assert refused == mute
    assert [problem.code for problem in problems] == ["publish.wording"]
    assert Observation.objects.published().get() == said


def test_a_missing_value_is_no_statement():
    missing = statement(obs_status="O")
    assert not missing.is_statement
    assert missing.in_words() == "число не указано"
    assert not missing.publication_problems()


def test_a_figure_with_a_number_needs_a_unit_to_be_public():
    problems = ObservationFactory(unit=None).publication_problems()
    assert [problem.code for problem in problems] == ["publish.unit"]


def test_the_form_refuses_a_statement_with_a_unit():
    found = statement(direction="up")
    found.unit = UnitFactory()
    with pytest.raises(ValidationError) as refused:
        found.full_clean()
    assert refused.value.message_dict == {"unit": ["У утверждения словами нет единицы измерения."]}


def test_a_series_differs_in_what_its_figures_are_about_and_how_they_are_defined():
    forum = ForumFactory()
    figures = [
        ObservationFactory(**values)
        for values in (
            {},
            {"about_forum": forum},
            {"about_organization": OrganizationFactory()},
            {"definition_en": "with branches"},
        )
    ]
    assert len({one.series for one in figures}) == 4
    assert ObservationFactory(about_forum=forum, period="2019", obs_value=3).series == figures[1].series


def test_a_figure_without_a_title_is_named_after_what_it_is_about():
    figure = ObservationFactory(
        title_ru="", title_en="", about_forum=ForumFactory(title_ru="ВЭФ", published=True)
    )
    assert figure.title.endswith(" (ВЭФ)")
    draft = ObservationFactory(title_ru="", title_en="", about_forum=ForumFactory(title_ru="Черновик"))
    assert "Черновик" not in draft.title


def test_a_figure_is_found_by_what_it_is_about_even_after_that_is_renamed():
    forum = ForumFactory(title_ru="Восточный форум")
    figure = ObservationFactory(about_forum=forum)
    forum.title_ru, forum.key = "Тихоокеанский форум", "pacific-forum"
    forum.save()
    assert list(Observation.objects.matching("тихоокеанский")) == [figure]
    assert not Observation.objects.matching("восточный")
    assert '"about":"pacific-forum"' in Observation.objects.get().row
