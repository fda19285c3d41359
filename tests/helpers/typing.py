"""A form that is being filled in: what its script sends, and the lines that the register answers."""

from tests.helpers.admin import text, url


def sides(*participants):
    """The rows of (role, who) as the form sends them."""
    rows = {"participations-TOTAL_FORMS": str(len(participants)), "participations-INITIAL_FORMS": "0"}
    for number, (role, who) in enumerate(participants):
        rows |= {
            f"participations-{number}-role": role,
            f"participations-{number}-{who._meta.model_name}": str(who.pk),
        }
    return rows


def while_typed(client, model, record=None, **fields):
    """The likely duplicates named on the form of a new record, or of `record`."""
    address = url(model, "likely", record.pk) if record else url(model, "likely_new")
    answer = client.post(address, fields)
    assert answer.status_code == 200, answer.status_code
    return text(answer)
