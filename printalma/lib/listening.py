"""Where the server listens: on IPv6 too, where the machine has it. `localhost` is ::1 first for Node and macOS."""

import socket

IPV4, IPV6 = "0.0.0.0", "[::]"  # noqa: S104 -- a shop is for everybody


def hosts() -> list[str]:
    """The addresses to listen on; one socket serves both protocols unless the system keeps them apart."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            apart = probe.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
            probe.bind(("::", 0))
    except OSError:
        return [IPV4]  # a container, or a kernel, without IPv6
    return [IPV4, IPV6] if apart else [IPV6]
