"""Likely duplicates where editors work: while a form is filled in, on its page, in the review, on the desk."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from relations.catalog import ROWS
from relations.models import (
    Agreement,
    CountryLimit,
    Distinct,
    Forum,
    Merge,
    Observation,
    Organization,
    Person,
    Place,
    Source,
    Version,
    Visit,
)
from relations.revisions.likely_desk import VERSIONS_SEARCHED
from relations.revisions.merges import tell_apart
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    ForumSeriesFactory,
    ObservationFactory,
    OrganizationFactory,
    PersonFactory,
    SourceFactory,
    VisitFactory,
    two_countries,
)
from tests.helpers.sheets import load_rows
from tests.helpers.typing import sides, while_typed

pytestmark = pytest.mark.django_db

MAY_HAVE = "The register may have this already:"
FRIENDSHIP = "Договор о дружбе, сотрудничестве и взаимной помощи"
DAY = {"signed": "1998-10-12"}


@pytest.fixture
def editor(staff):
    return signed_in(staff("editor"))


@pytest.fixture
def chief(staff):
    return signed_in(staff("publisher"))


@pytest.fixture
def treaty():
    return AgreementFactory(title_ru=FRIENDSHIP, title_en="Treaty of Friendship", **DAY)


@pytest.fixture
def parties(treaty):
    russia, uzbekistan = two_countries()
    return sides(("party", russia), ("party", uzbekistan))


def with_rights(django_user_model, *names):
    """A client of a user who has these rights alone."""
    from django.contrib.auth.models import Permission

    user = django_user_model.objects.create_user("own", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return signed_in(user)


class TestOfAnotherDate:
    """The same title and the same participants, with a date that one of the two has wrong."""

    @pytest.fixture
    def two(self):
        one, other = (AgreementFactory(title_ru=FRIENDSHIP, signed=day) for day in ("1998-10-12", "1999"))
        return one, other

    def test_is_named_while_it_is_typed(self, editor, treaty, parties):
        said = while_typed(editor, Agreement, title_ru=FRIENDSHIP.upper(), signed="1999", **parties)
        assert "the same title and participants, another date" in said

    def test_is_named_on_the_form_in_the_review_and_on_the_desk(self, editor, two):
        one, other = two
        for page in ("change", "review"):
            said = text(editor.get(url(Agreement, page, one.pk)))
            assert "the same title and participants, another date" in said, page
            assert url(Agreement, "change", other.pk) in said, page
        address = url(Agreement, "change", one.pk)
        editor.post(
            address, filled_in(editor.get(address), notes="Checked")
        )  # the desk looks at new versions
        assert "Likely duplicates: 1" in text(editor.get(reverse("admin:index")))

    def test_is_not_named_with_a_date_far_away_or_another_number(self, editor, treaty, parties):
        for fields in (
            {"title_ru": FRIENDSHIP, "signed": "2008"},
            {"title_ru": f"{FRIENDSHIP} II", "signed": "1999"},
        ):
            assert MAY_HAVE not in while_typed(editor, Agreement, **fields, **parties)


class TestWhileARecordIsTyped:
    def test_the_same_date_and_title_are_named_with_what_tells_them_apart(self, editor, treaty):
        said = while_typed(editor, Agreement, title_ru=FRIENDSHIP, signed="12.10.1998")
        assert MAY_HAVE in said
        assert url(Agreement, "change", treaty.pk) in said
        assert "Treaty of Friendship" in said
        assert "12 Oct 1998; draft; 1 source" in said
        assert "nearly the same title" in said

    @pytest.mark.parametrize(
        "title",
        [
            "Договоры о дружбе, сотрудничества и взаимной помощи",
            "Договор о дружбе, взаимной помощи и сотрудничестве",
            "договор о дружбе, сотрудничестве и взаимопомощи",
            f"«{FRIENDSHIP.upper()}»",
        ],
    )
    def test_a_title_in_other_inflections_or_order_is_near(self, title, editor, treaty):
        assert MAY_HAVE in while_typed(editor, Agreement, title_ru=title, **DAY)

    def test_the_title_in_the_other_language_or_another_wording_is_near(self, editor, treaty):
        assert MAY_HAVE in while_typed(editor, Agreement, title_en="The treaty of friendship", **DAY)
        treaty.alternative_titles = "Большой договор\nВечный мир"
        treaty.save()
        assert MAY_HAVE in while_typed(editor, Agreement, title_ru="Вечный мир", **DAY)

    @pytest.mark.parametrize(
        "fields",
        [
            {"title_ru": FRIENDSHIP, "signed": "1998-10-13"},
            {"title_ru": FRIENDSHIP, "signed": "1998"},
            {"title_ru": FRIENDSHIP},
            {"title_ru": FRIENDSHIP, "signed": "someday"},
            {"title_ru": "Протокол о намерениях", **DAY},
            DAY,
            {},
        ],
    )
    def test_another_date_another_title_or_too_little_says_nothing(self, fields, editor, treaty):
        assert while_typed(editor, Agreement, **fields) == ""

    def test_parties_in_another_order_are_the_same_before_there_is_a_title(self, editor, treaty):
        russia, uzbekistan = two_countries()
        said = while_typed(editor, Agreement, **DAY, **sides(("party", uzbekistan), ("party", russia)))
        assert "the same date and the same participants" in said

    def test_other_parties_are_another_agreement(self, editor, treaty, kazakhstan):
        other = sides(("party", two_countries()[0]), ("party", kazakhstan))
        assert while_typed(editor, Agreement, **DAY, title_ru=FRIENDSHIP, **other) == ""

    def test_a_row_without_a_participant_is_not_read_yet(self, editor, treaty, parties):
        unfinished = {**parties, "participations-TOTAL_FORMS": "3", "participations-2-role": "party"}
        assert MAY_HAVE in while_typed(editor, Agreement, **DAY, title_ru=FRIENDSHIP, **unfinished)

    def test_the_number_in_a_title_tells_two_apart(self, editor):
        AgreementFactory(title_ru="Протокол № 5", **DAY)
        assert while_typed(editor, Agreement, title_ru="Протокол № 6", **DAY) == ""

    def test_forums_and_visits_are_compared_by_their_own_sides(self, editor):
        series = ForumSeriesFactory()
        ForumFactory(series=series, period="2011-05-12")
        russia, uzbekistan = two_countries()
        forum = {"period": "12 мая 2011", "series": series.pk}
        both = sides(("participant", uzbekistan), ("participant", russia))
        assert MAY_HAVE in while_typed(editor, Forum, **forum, **both)
        assert while_typed(editor, Forum, **{**forum, "period": "2011-05-13"}, **both) == ""
        VisitFactory(
            period="2011-05-12/2011-05-13", participants=[("visitor", russia), ("destination", uzbekistan)]
        )
        journey = sides(("destination", uzbekistan), ("visitor", russia))
        assert MAY_HAVE in while_typed(editor, Visit, period="2011-05-12/2011-05-13", **journey)
        back = sides(("destination", russia), ("visitor", uzbekistan))
        assert while_typed(editor, Visit, period="2011-05-12/2011-05-13", **back) == ""

    def test_a_figure_is_the_same_by_indicator_area_and_period(self, editor, kazakhstan):
        known = ObservationFactory(period="2018")
        figure = {
            "indicator": known.indicator_id, "ref_area": known.ref_area_id, "period": "2018", "measure": "level",
        }  # fmt: skip
        said = while_typed(editor, Observation, **figure)
        assert "961 enterprises" in said
        assert "the same indicator, area and date" in said
        for other in (
            {"period": "2019"},
            {"ref_area": kazakhstan.pk},
            {"measure": "growth"},
            {"indicator": ""},
        ):
            assert while_typed(editor, Observation, **{**figure, **other}) == "", other

    def test_a_record_is_not_compared_with_itself_and_keeps_what_the_form_lacks(self, editor, treaty):
        assert while_typed(editor, Agreement, treaty, title_ru=FRIENDSHIP, **DAY) == ""
        same = AgreementFactory(title_ru="Другое", **DAY)
        said = while_typed(editor, Agreement, same, title_ru=FRIENDSHIP, **DAY)
        assert url(Agreement, "change", treaty.pk) in said

    def test_what_was_found_different_is_not_named_again(self, editor, treaty, publisher):
        same = AgreementFactory(title_ru=FRIENDSHIP, **DAY)
        assert MAY_HAVE in while_typed(editor, Agreement, same, title_ru=FRIENDSHIP, **DAY)
        tell_apart(ROWS["agreements"], treaty.pk, same.pk, publisher)
        assert while_typed(editor, Agreement, same, title_ru=FRIENDSHIP, **DAY) == ""

    def test_nothing_is_stored(self, editor, treaty, parties):
        before = (Agreement.objects.values().get(), Version.objects.count())
        while_typed(editor, Agreement, treaty, title_ru="Другое", key="other", **DAY, **parties)
        assert (Agreement.objects.values().get(), Version.objects.count()) == before

    @pytest.mark.parametrize(
        "hostile", ["\x00", "x" * 1000, "<script>alert(1)</script>", "' OR 1=1 --", "\\;" * 400]
    )
    def test_made_up_input_is_left_out(self, hostile, editor, treaty):
        for model in (Agreement, Forum, Visit, Observation, Source, Place, Organization, Person):
            names = [field.name for field in model._meta.get_fields()]
            rows = {"participations-TOTAL_FORMS": hostile, "participations-0-place": hostile}
            full = dict.fromkeys(names, hostile) | rows
            assert while_typed(editor, model, **full) == ""
        rows = {
            "participations-TOTAL_FORMS": "1",
            "participations-0-place": hostile,
            "participations-0-role": hostile,
        }
        assert MAY_HAVE in while_typed(
            editor, Agreement, title_ru=FRIENDSHIP, title_en=hostile, **DAY, **rows
        )

    def test_markup_in_a_title_is_shown_as_text(self, editor):
        AgreementFactory(title_en="<b>Pact</b>", title_ru="", **DAY)
        answer = editor.post(url(Agreement, "likely_new"), {"title_en": "<b>Pact</b>", **DAY})
        assert "&lt;b&gt;Pact&lt;/b&gt;" in answer.content.decode()
        assert "<b>" not in answer.content.decode()

    def test_as_many_statements_for_ten_as_for_one(self, editor, treaty, parties):
        def statements():
            with CaptureQueriesContext(connection) as captured:
                while_typed(editor, Agreement, title_ru=FRIENDSHIP, **DAY, **parties)
            return len(captured)

        statements()
        one = statements()
        for _number in range(9):
            AgreementFactory(title_ru=FRIENDSHIP, **DAY)
        assert statements() == one


class TestWhileANameIsTyped:
    @pytest.mark.parametrize("name", ["Чкалов", "ОРЕНБУРГ", "Orenburg"])
    def test_a_place_by_a_name_in_any_language_or_a_former_one(self, name, editor, orenburg):
        said = while_typed(editor, Place, name_ru=name)
        assert url(Place, "change", orenburg.pk) in said
        assert "the same name" in said
        assert while_typed(editor, Place, name_ru="Оренбуржье") == ""

    def test_a_person_by_other_names_and_in_another_order(self, editor):
        PersonFactory(other_names_en="Peter Orlov")
        assert MAY_HAVE in while_typed(editor, Person, name_ru="Орлов Петр")
        assert MAY_HAVE in while_typed(editor, Person, name_en="Someone", other_names_en="Orlov, Peter")
        assert while_typed(editor, Person, name_ru="Орлова Петра") == ""

    def test_an_organisation_that_a_form_has_made(self, editor):
        add = url(Organization, "add")
        made = {"key": "mid", "name_ru": "МИД России", "name_en": "MFA of Russia"}
        editor.post(add, filled_in(editor.get(add), **made))
        assert MAY_HAVE in while_typed(editor, Organization, name_en="MFA of Russia")

    def test_a_changed_name_is_found_and_the_one_before_is_not(self, editor):
        ministry = OrganizationFactory(name_ru="Минторг", name_en="Ministry of Trade")
        ministry.name_en = "Ministry of Commerce"
        ministry.save()
        assert MAY_HAVE in while_typed(editor, Organization, name_en="Ministry of Commerce")
        assert while_typed(editor, Organization, name_en="Ministry of Trade") == ""

    def test_a_source_by_its_address_and_its_title(self, editor):
        SourceFactory(title="The long way to a market", url="https://example.org/way")
        assert "the same address" in while_typed(editor, Source, url="http://www.example.org/way/")
        assert "cited 0 times" in while_typed(editor, Source, title="The long way to the market")
        assert while_typed(editor, Source, title="Quite another work") == ""


class TestRights:
    def test_who_sees_no_drafts_is_told_of_public_records_alone(self, django_user_model, treaty):
        writer = with_rights(django_user_model, "add_agreement")
        assert while_typed(writer, Agreement, title_ru=FRIENDSHIP, **DAY) == ""
        treaty.publish()
        said = while_typed(writer, Agreement, title_ru=FRIENDSHIP, **DAY)
        assert treaty.get_absolute_url() in said
        assert "/admin/" not in said

    def test_who_may_neither_add_nor_change_may_not_ask(self, django_user_model, treaty):
        reader = with_rights(django_user_model, "view_agreement")
        assert reader.post(url(Agreement, "likely_new"), DAY).status_code == 403
        assert reader.post(url(Agreement, "likely", treaty.pk), DAY).status_code == 403
        assert reader.post(url(Agreement, "different", treaty.pk), {"with": treaty.pk}).status_code in (
            403,
            404,
        )

    def test_a_reader_of_drafts_sees_them_named_on_the_pages(self, django_user_model, treaty):
        same = AgreementFactory(title_ru=FRIENDSHIP, **DAY)
        reader = with_rights(django_user_model, "view_agreement")
        for page in ("change", "review"):
            shown = text(reader.get(url(Agreement, page, treaty.pk)))
            assert url(Agreement, "change", same.pk) in shown, page
            assert url(Agreement, "merge", treaty.pk) not in shown, page
        assert "data-likely" not in text(reader.get(url(Agreement, "change", treaty.pk)))

    def test_only_a_post_is_answered_and_only_of_what_there_is(self, editor):
        assert editor.get(url(Agreement, "likely_new")).status_code == 405
        assert editor.post(url(Agreement, "likely", 999_999), DAY).status_code == 404

    def test_the_form_of_what_cannot_be_merged_asks_nothing(self, editor):
        assert "likely-duplicates" not in text(editor.get(reverse("admin:relations_topic_add")))


class TestStored:
    def test_the_form_and_the_review_page_name_it_and_lead_to_the_merge_page(self, chief, treaty):
        same = AgreementFactory(title_ru=FRIENDSHIP, **DAY)
        for page in ("change", "review"):
            shown = text(chief.get(url(Agreement, page, same.pk)))
            assert MAY_HAVE in shown, page
            assert f"{url(Agreement, 'merge', treaty.pk)}?with={same.key}" in shown, page

    def test_without_any_neither_page_says_so(self, chief, treaty):
        for page in ("change", "review"):
            assert MAY_HAVE not in text(chief.get(url(Agreement, page, treaty.pk))), page

    def test_the_review_page_compares_what_is_proposed(self, editor, chief, treaty):
        other = AgreementFactory(title_ru="Соглашение о торговле", title_en="Trade", published=True, **DAY)
        address = url(Agreement, "change", other.pk)
        editor.post(address, filled_in(editor.get(address), title_ru=FRIENDSHIP))
        for page in ("change", "review"):
            assert MAY_HAVE in text(chief.get(url(Agreement, page, other.pk))), page
        assert Agreement.objects.get(pk=other.pk).title_ru == "Соглашение о торговле"

    def test_a_hint_stops_nothing(self, editor, treaty, parties):
        add = url(Agreement, "add")
        editor.post(add, filled_in(editor.get(add), title_ru=FRIENDSHIP, **DAY, **parties))
        assert Agreement.objects.count() == 2


def saved_again(client, *records):
    """A version of each, as an editor leaves it who saves the form."""
    for one in records:
        address = url(type(one), "change", one.pk)
        client.post(address, filled_in(client.get(address), notes="Seen", other_names_en="Another"))


def desk(client):
    return text(client.get(reverse("admin:index")))


def rows_of_treaties(*keys, title=FRIENDSHIP, **cells):
    rows = [
        {"key": key, "title_ru": title, "date_signed": "1998-10-12", "parties": "RU; UZ", **cells}
        for key in keys
    ]
    load_rows("agreements", *rows)
    return [Agreement.objects.get(key=key) for key in keys]


class TestDesk:
    @pytest.fixture
    def pair(self, editor):
        two_countries()
        one, other = rows_of_treaties("one", "other")
        saved_again(editor, other)
        return one, other

    def test_names_the_pair_once_with_its_author_and_leads_to_the_merge_page(self, chief, pair):
        one, other = pair
        page = desk(chief)
        assert "Likely duplicates: 1" in page
        assert f"{url(Agreement, 'merge', one.pk)}?with={other.key}" in page
        row = page.split("Likely duplicates: 1")[1].split("</table>")[0]
        assert "<td>editor</td>" in row

    def test_one_button_says_that_they_are_different(self, chief, pair):
        one, other = pair
        assert url(Agreement, "different", one.pk) in desk(chief)
        answer = chief.post(url(Agreement, "different", one.pk), {"with": other.pk}, follow=True)
        assert "no longer shown as likely duplicates" in text(answer)
        assert "Likely duplicates:" not in text(answer)
        assert Distinct.objects.get().user.username == "publisher"

    def test_an_editor_without_the_right_to_merge_is_led_to_the_form(self, editor, pair):
        one, other = pair
        page = desk(editor)
        assert url(Agreement, "change", other.pk) in page
        assert url(Agreement, "merge", one.pk) not in page
        editor.post(url(Agreement, "different", other.pk), {"with": one.pk})
        assert Distinct.objects.count() == 1

    def test_an_editor_limited_to_countries_sees_and_judges_only_what_he_may_change(
        self, editor, chief, pair, kazakhstan, django_user_model
    ):
        one, other = pair
        user = django_user_model.objects.get(username="editor")
        limit = CountryLimit.objects.create(user=user)
        limit.countries.set([kazakhstan])
        assert "Likely duplicates:" not in desk(editor)
        assert editor.post(url(Agreement, "different", one.pk), {"with": other.pk}).status_code == 403
        limit.countries.add(two_countries()[1])
        assert "Likely duplicates: 1" in desk(editor)

    def test_who_may_not_change_them_sees_no_list(self, django_user_model, pair):
        reader = with_rights(django_user_model, "view_agreement")
        assert "Likely duplicates:" not in desk(reader)
        one, other = pair
        assert reader.post(url(Agreement, "different", one.pk), {"with": other.pk}).status_code == 403
        assert not Distinct.objects.exists()

    def test_figures_sources_and_names_are_on_it_too(self, chief):
        two_countries()
        for made in (
            [ObservationFactory(period="2018") for _number in range(2)],
            [SourceFactory(title="The long way to a market") for _number in range(2)],
            [PersonFactory(), PersonFactory(name_ru="Орлов, Пётр", name_en="Someone else")],
        ):
            saved_again(chief, made[1])
            kept, merged = made
            assert f"{url(type(kept), 'merge', kept.pk)}?with={merged.key}" in desk(chief), kept

    def test_a_pair_whose_merge_waits_for_approval_is_not_on_it(self, chief, pair):
        one, other = pair
        Merge.objects.create(
            type="agreements", kept=one.pk, merged=other.pk, kept_key="one", merged_key="other",
            base_kept={}, base_merged={}, row={}, reason="One",
        )  # fmt: skip
        assert "Likely duplicates:" not in desk(chief)

    def test_what_is_deleted_is_not_on_it(self, chief, pair):
        pair[1].delete()
        assert "Likely duplicates:" not in desk(chief)

    @pytest.mark.parametrize("sent", ["", "\x00", "9" * 30, "-1", "one", "²"])
    def test_a_made_up_other_one_is_not_found(self, sent, chief, pair):
        assert chief.post(url(Agreement, "different", pair[0].pk), {"with": sent}).status_code == 404

    def test_two_must_be_two(self, chief, pair):
        one = pair[0]
        answer = chief.post(url(Agreement, "different", one.pk), {"with": one.pk}, follow=True)
        assert "one and the same" in text(answer)

    def test_it_costs_as_many_statements_for_forty_pairs_as_for_one(self, chief, pair):
        def statements():
            with CaptureQueriesContext(connection) as captured:
                chief.get(reverse("admin:index"))
            return len(captured)

        statements()
        one = statements()
        rows_of_treaties(*(f"more-{number}" for number in range(9)))
        page = desk(chief)
        assert "Likely duplicates: 55" in page
        assert "and 35 more" in page
        assert statements() <= one

    def test_only_what_was_changed_last_is_compared(self, chief, pair):
        assert "Likely duplicates: 1" in desk(chief)
        later = range(VERSIONS_SEARCHED)
        load_rows("agreements", *({"key": f"later-{n}", "title_ru": f"Другое {n}"} for n in later))
        assert "Likely duplicates:" not in desk(chief)
