"""`python -m printalma.demo`: the made-up shop's own door. In the project's root, as a server and with its settings."""

from wsgi import app

# isort: split
# Behind the app, whose patch comes before any socket.
from printalma.cli import told_plainly
from printalma.demo.command import demo

with app.app_context():
    told_plainly(demo)(prog_name="python -m printalma.demo")
