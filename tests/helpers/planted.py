"""What a register collects in years of work: in public, what a dump must have; in private, what it never has."""

from datetime import UTC, datetime

from relations.models import (
    Agreement,
    ErrorReport,
    Forum,
    ImportBatch,
    LinkCheck,
    Merge,
    Organization,
    ReviewComment,
    Revision,
    Role,
    RuleException,
    Source,
    Version,
    Visit,
)
from relations.models.row_cache import unpacked
from relations.rules.findings import of_records
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    ObservationFactory,
    OrganizationFactory,
    PersonFactory,
    SourceFactory,
    VisitFactory,
    two_countries,
)
from tests.helpers.sheets import load_rows

SECRET = "НЕДЛЯЧИТАТЕЛЕЙ"
SECRET_KEY = "not-for-readers"
THEN = datetime(2026, 11, 3, 4, 5, 6, 789, tzinfo=UTC)
ANSWER = "Исправлено по отчёту министерства."


def change(slug, key, **cells):
    report = load_rows(slug, {"key": key, **cells}, publish=True, reason="Уточнено по тексту")
    assert not report.errors, report.errors


def plant(user):
    """Returns the addresses that matter beside those of the sitemap."""
    redirects = plant_public(user)
    plant_private(user)
    return redirects


def plant_public(user):
    renamed = AgreementFactory(key="before-it-was-renamed", signed="1994", published=True)
    renamed.key = "after-it-was-renamed"
    renamed.save()
    source = SourceFactory(
        key="cited-no-more", title="Ведомости", author="Иванов, И.", url="https://example.org/a"
    )
    forum = ForumFactory(key="much-changed", period="2007")
    forum.cite(source)
    firm = OrganizationFactory(key="takes-part-no-more", name_ru="Фирма", name_en="Firm")
    person = PersonFactory(key="visits-no-more", name_ru="Гость", name_en="Guest")
    forum.participations.create(role="participant", organization=firm)
    # in the order of the columns, in which forms and sheets keep them
    russia, uzbekistan = two_countries()
    visit = VisitFactory(key="the-visit", period="2006-05-05", participants=[])
    sides = [
        (Role.VISITOR, {"person": person}),
        (Role.ORIGIN, {"place": uzbekistan}),
        (Role.DESTINATION, {"place": russia}),
    ]
    for position, (role, who) in enumerate(sides):
        visit.participations.create(role=role, position=position, **who)
    for record in (forum, visit):
        record.publish()
    cells = unpacked(Forum.objects.get(pk=forum.pk).row)
    kept = "; ".join(one for one in cells.get("organizations", "").split("; ") if "takes-part" not in one)
    other = "; ".join(one for one in cells["participants"].split("; ") if "takes-part" not in one)
    change("forums", forum.key, summary_ru="Стало иначе.", participants=other, organizations=kept)
    change("forums", forum.key, source=cells["source"].split("; ")[0], locator="page 3")
    change("visits", visit.key, visitors="person:shavkat-mirziyoyev")
    # a date that is bounded by a record of a type that is loaded later
    bounded = AgreementFactory(key="bounded-by-a-visit", published=True)
    change("agreements", bounded.key, not_before_reason=visit.key)
    # an error of a rule that somebody has answered
    odd = AgreementFactory(key="odd-but-so", signed="2005", entered_into_force="2004")
    found = of_records(Agreement, [odd.pk])[odd.pk]
    assert any(one.is_error for one in found)
    for one in found:
        RuleException.objects.create(
            rule=one.rule.code, values=one.values, reason=SECRET, user=user, agreement=odd
        )
    assert not Agreement.objects.filter(pk=odd.pk).publish()
    about = OrganizationFactory(key="only-measured", name_ru="Измеренная", name_en="Measured")
    ObservationFactory(key="about-an-organisation", about_organization=about, period="2019", published=True)
    public = Source.objects.public().exclude(url="")[0]
    LinkCheck.objects.create(
        source=public,
        url=public.url,
        checked_at=THEN,
        status=404,
        outcome="gone",
        failing_since=THEN,
        failures=4,
    )
    corrected = Version.objects.filter(type="forums", object_id=forum.pk, number__gt=1).first()
    about_it = {"type": "forums", "object_id": forum.pk, "key": forum.key, "language": "ru", "column": "date"}
    private = {"text": SECRET, "evidence": SECRET, "reply_to": f"{SECRET_KEY}@example.org"}
    ErrorReport.objects.create(
        **about_it, **private, status="accepted", answer=ANSWER, answered_at=THEN, answered_by=user,
        change=corrected, approved_by=user, approved_at=THEN,
    )  # fmt: skip
    return [
        "/ru/agreements/before-it-was-renamed/",
        "/en/agreements/before-it-was-renamed/versions/",
        *(f"/{language}/forums/{forum.key}/versions/{n}/" for language in ("ru", "en") for n in (1, 2, 3)),
        "/ru/visits/the-visit/versions/1/",
        "/en/visits/the-visit/versions/",
    ]


def plant_private(user):
    draft = ForumFactory(key=SECRET_KEY, title_ru=SECRET, notes=SECRET)
    draft.cite(SourceFactory(key=f"{SECRET_KEY}-source", title=SECRET, author=SECRET))
    draft.participations.create(role="participant", organization=OrganizationFactory(name_ru=SECRET))
    withdrawn = VisitFactory(key=f"{SECRET_KEY}-visit", title_ru=SECRET, summary_en=SECRET, published=True)
    Visit.objects.get(pk=withdrawn.pk).withdraw()
    forum = Forum.objects.get(key="much-changed")
    Forum.objects.filter(pk=forum.pk).update(notes=SECRET)
    Source.objects.filter(pk=Source.objects.public()[0].pk).update_unchecked(notes=SECRET)
    row = {**unpacked(forum.row), "summary_ru": SECRET}
    about = {"type": "forums", "object_id": forum.pk, "key": forum.key}
    Revision.objects.create(**about, base=row, row=row, reason=SECRET, comment=SECRET, user=user)
    Version.objects.create(**about, before=row, after=row, reason=SECRET, user=user, is_proposal=True)
    last = Version.objects.filter(**about, number__isnull=False).order_by("number").last()
    Version.objects.filter(pk=last.pk).update(after={**last.after, "notes": SECRET}, user=user)
    ReviewComment.objects.create(type="forums", object_id=forum.pk, text=SECRET, user=user)
    ErrorReport.objects.create(
        **about, language="ru", text=SECRET, evidence=SECRET, reply_to=f"{SECRET_KEY}@example.org"
    )
    ErrorReport.objects.create(
        **about,
        language="ru",
        text=SECRET,
        status="declined",
        answer=SECRET,
        answered_at=THEN,
        answered_by=user,
    )
    Merge.objects.create(
        type="organizations", kept=1, merged=2, kept_key="a", merged_key=SECRET_KEY, base_kept={}, base_merged={},
        row={"name_ru": SECRET}, reason=SECRET, user=user,
    )  # fmt: skip
    ImportBatch.objects.create(type="forums", file=SECRET, sha256="", user=user)
    assert Organization.objects.filter(name_ru=SECRET).exists()
