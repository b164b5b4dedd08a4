"""gunicorn's master, which serves nobody, keeps little in memory: its configuration and the class of its workers."""

import json
import os
import subprocess
import sys
from pathlib import Path

from printalma.config import ROOT

IMPORTS = """
import json, runpy, sys
from gunicorn.util import load_class
load_class(runpy.run_path("gunicorn.conf.py")["worker_class"])
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_the_master_imports_nothing_that_only_serving_needs(tmp_path: Path) -> None:
    environ = os.environ | {"TMPDIR": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", IMPORTS], cwd=ROOT, env=environ, capture_output=True, check=True)
    found = set(json.loads(told.stdout))
    assert {"gunicorn", "gevent", "printalma"} <= found
    assert found.isdisjoint({"flask", "werkzeug", "jinja2", "sqlalchemy", "pydantic", "limits", "socketio"})
