"""Where pushes may be sent. An endpoint is what a caller says it is: without a list it could be any address inside."""

from urllib.parse import SplitResult, urlsplit

# The push services of Chrome and most others, Firefox, Safari, and Edge on Windows.
VENDORS = frozenset({"fcm.googleapis.com", "*.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com"})


def host_of(endpoint: str, more: frozenset[str]) -> str | None:
    """The host of an endpoint that may be sent to; None for any other.

    `more` is the owner's PUSH_HOSTS: names like the vendors', or whole origins (`http://push:8080`), which need be
    neither HTTPS nor public.
    """
    try:
        found = urlsplit(endpoint)
        port = found.port
    except ValueError:
        return None
    if not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint or not found.hostname:
        return None
    if is_trusted(endpoint, more):
        return found.netloc
    plain = found.scheme == "https" and port is None and found.netloc == found.hostname
    return found.hostname if plain and _is_listed(found.hostname, VENDORS | more) else None


def is_trusted(address: str, origins: frozenset[str]) -> bool:
    """Whether an address is at an origin that the owner has listed as a whole."""
    return origin_of(urlsplit(address)) in origins


def origin_of(address: SplitResult) -> str:
    return f"{address.scheme}://{address.netloc}"


def _is_listed(host: str, listed: frozenset[str]) -> bool:
    return any(host == name or (name.startswith("*.") and host.endswith(name[1:])) for name in listed)
