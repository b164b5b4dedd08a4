from printalma import boot

boot.prepare()

import sys

from printalma import create_app
from printalma.config import GUNICORN_APP_FAILED, ConfigError

try:
    app = create_app()
except ConfigError as wrong:
    print(f"PrintAlma: {wrong}", file=sys.stderr)
    sys.exit(GUNICORN_APP_FAILED)
boot.settle()
