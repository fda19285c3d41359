from django.http import HttpResponse


def reasons_response(inquiry):
    """400 with a line of plain text for every reason why a question makes no sense."""
    errors = inquiry.filterset.form.errors.items()
    reasons = [f"{name}: {reason}" for name, found in errors for reason in found]
    return HttpResponse("\n".join(reasons), status=400, content_type="text/plain; charset=utf-8")
