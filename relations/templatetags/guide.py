"""The link to a section of the guide for editors."""

from django import template
from django.urls import reverse

from relations.models.named import reader_language
from relations.presentation.guide import guide_page

register = template.Library()


@register.inclusion_tag("admin/guide_link.html")
def guide_link(page: str, section: str = "") -> dict[str, str]:
    """Named by the heading to which it leads, in the language of the page."""
    shown = guide_page(page, reader_language())
    titles = {one.anchor: one.text for one in shown.headings}
    address = reverse(f"guide-{page}")
    if not section:
        return {"address": address, "section": shown.title}
    return {"address": f"{address}#{section}", "section": titles[section]}
