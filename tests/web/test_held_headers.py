"""An answer's headers go out with what follows them, whatever that looks like."""

import socket

from printalma.lib.limits import Limits
from printalma.web.peer import Peer, Strangers


def test_a_body_that_looks_like_headers_follows_them() -> None:
    ours, theirs = socket.socketpair()
    peer = Peer(ours, None, Limits(), Strangers(Limits()))
    peer.asked()
    head, body = b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 500 Oops\r\n\r\n"
    for piece in (head, body):
        peer.sendall(piece)
    peer.flush()
    with ours, theirs:
        assert theirs.recv(200) == head + body
