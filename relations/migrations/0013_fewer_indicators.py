from django.db import migrations, models

#: {former key: key of the indicator that measures it now}
MOVES = {
    "border-subjects": "federal-subjects",
    "cities-russian-teachers": "institutions-russian-teachers",
    "congress-cities": "event-participants",
    "congress-delegates": "event-participants",
    "congress-states": "event-participants",
    "contract-turnover": "trade-turnover",
    "cooperating-border-oblasts": "cooperating-regions",
    "cooperating-krais": "cooperating-regions",
    "cooperating-oblasts": "cooperating-regions",
    "cooperating-republics": "cooperating-regions",
    "country-territory": "world-rank",
    "economic-agreements": "cooperation-instruments",
    "economic-ties": "external-ties",
    "enterprises-wholly-russian-financed": "enterprises-russian-capital",
    "exports": "merchandise-exports",
    "foreign-partner-municipalities": "municipal-partnerships",
    "foreign-representatives-events": "event-participants",
    "foreign-trade-operations": "foreign-trade-turnover",
    "forum-agreements-foreign": "forum-agreements",
    "forum-regions": "event-participants",
    "international-forums-exhibitions": "cooperation-events",
    "interparliamentary-forums-held": "cooperation-events",
    "interregional-agreements-concluded": "interregional-agreements",
    "interregional-arrangements": "interregional-agreements",
    "joint-enterprises-russian": "enterprises-russian-capital",
    "large-russian-companies": "enterprises-russian-capital",
    "legal-acts-interregional": "cooperation-instruments",
    "mixed-language-schools": "russian-schools",
    "municipalities-in-border-regions": "border-municipalities",
    "mutual-trade": "trade-turnover",
    "partner-rank-central-asia": "partner-rank-foreign-trade",
    "regional-events-abroad": "cooperation-events",
    "regions-in-partnership": "cooperating-regions",
    "regions-with-trade-ties": "cooperating-regions",
    "settlements-with-foreign-ties": "municipal-partnerships",
    "students-from-partner": "inbound-mobile-students",
    "subjects-bordering-three-states": "federal-subjects",
    "trade-share-border-regions": "trade-share",
    "trade-share-direct-regional-ties": "trade-share",
    "trade-share-manufactures": "trade-share",
    "trade-share-named-regions": "trade-share",
    "trade-turnover-average-annual-growth": "trade-turnover",
    "trade-turnover-six-months": "trade-turnover",
    "world-rank-cotton-production": "world-rank",
    "world-rank-gas-export": "world-rank",
    "world-rank-gas-production": "world-rank",
    "world-rank-uranium-reserves": "world-rank",
}


def carry_over(apps, schema_editor):
    """Figures of a former indicator come under the present one, with the former name as their definition.

    So they stay a series of their own. Rows are rebuilt by `refresh_records --missing`.
    """
    indicators = apps.get_model("relations", "Indicator").objects
    observations = apps.get_model("relations", "Observation").objects
    for former, present in MOVES.items():
        old = indicators.filter(key=former).first()
        if old is None:
            continue
        figures = observations.filter(indicator=old)
        figures.filter(definition_ru="").update(definition_ru=old.name_ru)
        figures.filter(definition_en="").update(definition_en=old.name_en)
        new = indicators.filter(key=present).first()
        if new is None:
            old.key, old.former_keys = present, former
            old.save()
            continue
        figures.update(indicator=new, identified_count=None)
        new.former_keys = "\n".join(filter(None, (new.former_keys, former)))
        new.save()
        old.delete()
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table changes while checks are pending


class Migration(migrations.Migration):
    dependencies = [
        ("relations", "0012_trust_in_sources"),
    ]

    operations = [
        migrations.AddField(
            model_name="indicator",
            name="former_keys",
            field=models.TextField(
                blank=True,
                help_text="One per line. Addresses and sheets with them lead here.",
                verbose_name="former keys",
            ),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
