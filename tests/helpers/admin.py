"""The admin as a browser without scripts sees it: who is signed in, addresses, forms as they are sent."""

from html import unescape

import factory
from django.forms import ModelMultipleChoiceField
from django.test import Client
from django.urls import reverse

from tests.helpers import factories

MADE_BY = {
    one._meta.model: one
    for one in (*vars(factories).values(), *factories.FACTORIES.values())
    if isinstance(one, factory.base.FactoryMetaClass) and not one._meta.abstract
}


def signed_in(user, language="en"):
    """A client signed in as this user."""
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = language
    return client


def url(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def text(response):
    """The markup of a page as one line, as a browser reads it."""
    return " ".join(unescape(response.content.decode()).split())


def filled_in(page, **changes):
    """What a browser would send back from a form page, with these changes."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    fields = [field for form in forms for field in form]
    empty = {
        field.html_name: [] if isinstance(field.field, ModelMultipleChoiceField) else "" for field in fields
    }
    values = {field.html_name: field.value() for field in fields}
    sent = {name: empty[name] if value is None else value for name, value in values.items()}
    hidden = {"_began_from": page.context.get("began_from"), "_shown": page.context.get("shown")}
    sent |= {name: value for name, value in hidden.items() if value}
    sent |= {one.name: one.choice or "mine" for one in page.context.get("conflicts") or ()}
    if page.context.get("may_give_reason"):
        sent["_reason"] = page.context["reason"] or "Corrected"
    return {**{name: value for name, value in sent.items() if value is not False}, **changes}


def act(client, action, *records, **more):
    """The page after an action of the list and its confirmation; also of an action that the list does not offer."""
    data = {"action": action, "_selected_action": [record.pk for record in records], **more}
    answer = client.post(url(type(records[0])), data, follow=True)
    if not answer.context or "ready" not in answer.context or "confirmed" in more:
        return answer
    seen = {f"seen-{one.record.pk}": one.seen for one in answer.context["ready"]}
    return client.post(
        url(type(records[0])), {**data, **seen, "confirmed": 1, "reason": "Checked"}, follow=True
    )
