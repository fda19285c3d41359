"""Admin of accounts: Django's own, with the countries to which an account is limited.

Keys of the two-step login are nobody's to look at, so their pages are taken away.
"""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from relations.models import CountryLimit

from .widgets import SearchFields


class CountryLimitInline(SearchFields, admin.StackedInline):
    model = CountryLimit
    autocomplete_fields = ["countries"]
    can_delete = True


admin.site.unregister((get_user_model(), TOTPDevice, StaticDevice))


@admin.register(get_user_model())
class AccountAdmin(UserAdmin):
    inlines = [CountryLimitInline]
