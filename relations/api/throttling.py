"""Rate limit of the API by network address."""

from relations.network import AddressThrottle


class NetworkAddressThrottle(AddressThrottle):
    setting = "API_RATE"
