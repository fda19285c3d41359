"""The read-only API for programs: serializers, pages, parameters and its OpenAPI description.

The topmost package beside `admin` and `management`: only `urls` and the settings may import it.
"""
