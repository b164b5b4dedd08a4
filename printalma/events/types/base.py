"""What every event is."""


class Event:
    """The base of all events; a subclass is in the log under its own name."""
