"""How the import reads what is typed into a form, said below the field, in real Chromium."""

import pytest
from playwright.sync_api import expect

from relations.models import Agreement, Observation, State
from tests.helpers.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def editor(visit, staff):
    """An editor who is signed in."""
    staff("editor")
    with visit() as one:
        one.sign_in("editor")
        yield one


def test_a_date_is_said_back_as_soon_as_its_field_is_left_and_kept_in_words(editor):
    treaty = Agreement.objects.create(
        title_ru="Договор о мостах", instrument_type="treaty", state=State.DRAFT
    )
    form = f"admin/relations/agreement/{treaty.pk}/change/"
    editor.open(form)
    editor.focus("#id_signed")
    editor.page.keyboard.type("2022-21")
    editor.page.keyboard.press("Tab")
    expect(editor.page.locator("#signed-read")).to_have_text("прочитано: весна 2022 г.")
    editor.focus("#id_adopted")
    editor.page.keyboard.type("позавчера")
    editor.page.keyboard.press("Tab")
    expect(editor.page.locator("#adopted-read .reading-error")).to_contain_text("позавчера")
    editor.page.locator("#id_adopted").fill("")
    editor.press("[name=_continue]")
    assert editor.page.locator("#id_signed").input_value() == "весна 2022 г."
    assert not editor.complaints, "\n".join(editor.complaints)


def test_what_is_said_back_is_accessible_and_fits_a_telephone(editor):
    editor.open("admin/relations/agreement/add/")
    editor.fill(signed="позавчера")
    editor.page.keyboard.press("Tab")
    expect(editor.page.locator("#signed-read .reading-error")).to_be_visible()
    assert not [one for one in editor.axe_violations() if "-read" in one]
    assert editor.sideways(PHONE) <= 0


def test_a_figure_may_be_typed_with_words_and_is_said_back(editor):
    figure = Observation.objects.create(obs_value=5, period="2018", state=State.DRAFT)
    editor.open(f"admin/relations/observation/{figure.pk}/change/")
    editor.fill(obs_value="порядка 470 млрд")
    editor.page.keyboard.press("Tab")
    expect(editor.page.locator("#obs_value-read")).to_have_text(
        "прочитано: около 470 млрд".replace("470 ", "470\u00a0")
    )
    editor.press("[name=_continue]")
    assert editor.page.locator("#id_obs_value").input_value() == "470"
    assert editor.page.locator("#id_qualifier").input_value() == "about"
    assert editor.page.locator("#id_unit_mult").input_value() == "9"


def test_a_cell_of_the_grid_is_said_back_before_the_check(editor):
    indicator = Observation.objects.published().filter(indicator__unit__isnull=False).first().indicator
    editor.open(f"admin/relations/observation/grid/?indicator={indicator.key}&first_year=2001&last_year=2002")
    editor.page.keyboard.type("более 1234,5")
    editor.page.keyboard.press("Enter")
    cell = editor.page.locator("#cell-2001-KZ-read")
    expect(cell).to_have_text("")  # it says no more than what was typed
    editor.page.keyboard.type("1 234.5")
    editor.page.keyboard.press("Enter")
    expect(editor.page.locator("#cell-2002-KZ-read")).to_have_text("прочитано: 1234,5")
