"""TELL THOSE WHO DO NOT LOOK: what must be told once, whatever falls over: by push, by mail, in more ways to come.

The log is read from a cursor that is a row (`planning`), what each recipient is to be told waits in a row of its own,
and is claimed for as long as a lease by the one process that sends it (`claims`). How it is sent, a `channel` says.
"""

from flask import Flask

from printalma import daily
from printalma.events.outbox.channel import Channel
from printalma.events.outbox.claims import old_deliveries
from printalma.events.outbox.process import ChannelProcess

OUTBOX = "printalma.outbox"  # the extension: one process's channels, each with a `start`


def register(app: Flask, channel: Channel, is_on: bool = True) -> None:
    """Tell by `channel` from now on; of one that is not on, what waits is swept."""
    if is_on:
        app.extensions.setdefault(OUTBOX, []).append(ChannelProcess(app, channel))
    daily.register(f"messages nobody could be told by {channel.name}", old_deliveries(channel))
