"""The command line: flask setup, flask admin, flask push, flask demo."""

from flask import Flask


def init_app(app: Flask) -> None:
    from printalma.cli.admin import admin
    from printalma.cli.demo import demo
    from printalma.cli.push import push
    from printalma.cli.setup import setup

    for command in (setup, admin, push, demo):
        app.cli.add_command(command)
