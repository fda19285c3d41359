"""Admin of accounts: Django's own, with the countries to which an account is limited."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin

from relations.models import CountryLimit

from .widgets import SearchFields


class CountryLimitInline(SearchFields, admin.StackedInline):
    model = CountryLimit
    autocomplete_fields = ["countries"]
    can_delete = True


admin.site.unregister(get_user_model())


@admin.register(get_user_model())
class AccountAdmin(UserAdmin):
    inlines = [CountryLimitInline]
