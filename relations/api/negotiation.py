from rest_framework.negotiation import BaseContentNegotiation


class AsItIs(BaseContentNegotiation):
    """Every address answers in one form, whatever kinds of answer a program says it takes."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type

    def select_parser(self, request, parsers):
        return None
