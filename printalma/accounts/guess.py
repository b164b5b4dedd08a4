"""One attempt to sign in: what it is counted under, and who is told when there were many."""

from dataclasses import dataclass

from printalma.accounts import attempts
from printalma.accounts.attempts import ACCOUNT, ADDRESS, ANY
from printalma.accounts.models import Role
from printalma.db import Connection, Row
from printalma.events import log
from printalma.events.types import PasswordsGuessed


@dataclass(frozen=True)
class KnownDevice:
    """`users` are the ids of those who have signed in on it, the latest first."""

    id: str
    users: tuple[int, ...]


@dataclass(frozen=True)
class Guess:
    """`user` is whose e-mail it is, if anybody's. `device` is one on which that user has signed in before."""

    email: str
    address: str
    device: KnownDevice | None
    user: Row | None

    @property
    def origin(self) -> str:
        return f"device {self.device.id}" if self.device else self.address

    def count(self, tx: Connection) -> None:
        """Raises TooMany when a budget is used up."""
        attempts.count(tx, self.email, self.origin)
        if self.device is None:
            of_account = attempts.count(tx, self.email, ANY, ACCOUNT)
            of_address = attempts.count(tx, ANY, self.address, ADDRESS)
            self._tell(tx, of_account == ACCOUNT.burst, of_address == ADDRESS.burst)

    def forget(self, tx: Connection) -> None:
        """The password was right."""
        attempts.forget(tx, self.email, self.origin)
        if self.device is None:
            attempts.give_back(tx, self.email, ANY)
            attempts.give_back(tx, ANY, self.address)

    def _tell(self, tx: Connection, account_is_used_up: bool, address_is_used_up: bool) -> None:
        """Once for each, and of an account only when it is one of the team's: there may be thousands of customers."""
        if account_is_used_up and self.user and self.user.role != Role.CLIENT:
            log.append(tx, PasswordsGuessed(self.user.id, self.email), None)
        if address_is_used_up:
            log.append(tx, PasswordsGuessed(None, None), None)
