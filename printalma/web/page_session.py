"""Flask's session, which carries a page's last words to the next page."""

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


class PageSession(SecureCookieSessionInterface):
    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        # Front ends' calls carry none, and preparing to verify a signature costs each of them.
        if "HTTP_COOKIE" not in request.environ or self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session or session.modified or session.accessed:  # else nobody has looked at it
            super().save_session(app, session, response)

    def get_cookie_secure(self, _app: Flask) -> bool:
        return request.is_secure
