"""From where a request comes. What a client says of itself is not believed: only one's own proxies are."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest

from equipoise.server import environment

_PREFIX = 64  # whoever has one IPv6 address has a whole /64 of them


def address_of(request: HttpRequest) -> str:
    """Return the address of the client; of IPv6 the network, so that nobody escapes a limit by changing within it.

    Each of one's own proxies appends to X-Forwarded-For from whom it got the request. With n of them, the client
    is therefore the n-th entry from the right; what stands to the left of it is the client's own invention.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    proxies = environment.number("EQUIPOISE_PROXIES")
    if proxies:
        stated = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(stated) >= proxies:
            return _network(stated[-proxies]) or _network(peer)
    return _network(peer)


def _network(text: str) -> str:
    """Return an address as limits count it; empty if the text is none."""
    bare = text.rpartition("]")[0].removeprefix("[") if text.startswith("[") else text
    if bare.count(":") == 1:  # an IPv4 address with its port
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _PREFIX), strict=False).network_address)
    return str(address)
