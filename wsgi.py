import atexit
import functools
import gc
import importlib.metadata

# What a start makes stays: looking through it for garbage would cost a sixth of the start, and later, each time, stop
# every socket for a tenth of a second.
gc.disable()

from gevent import monkey

# Each of the patch's two dozen announcements searches every installed package for listeners: half a second of a start.
importlib.metadata.entry_points = functools.cache(importlib.metadata.entry_points)  # type: ignore[assignment]

# First of all: what is imported earlier stays unpatched. Under gunicorn the worker has done it already, and doing it
# again costs every start a quarter of a second.
if not monkey.is_anything_patched():
    monkey.patch_all()

import sys

from printalma import create_app
from printalma.config import GUNICORN_APP_FAILED, ConfigError

try:
    app = create_app()
except ConfigError as wrong:
    print(f"PrintAlma: {wrong}", file=sys.stderr)
    sys.exit(GUNICORN_APP_FAILED)
gc.freeze()
gc.enable()
atexit.register(gc.unfreeze)  # an interpreter that ends must find what it takes apart
