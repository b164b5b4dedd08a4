"""How often an address may call. Counted in memory: with several processes, each allows as much."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, storage_uri="memory://")
