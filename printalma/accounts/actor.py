"""Who acts: a user as the database knows them now, and the sign-in they act through."""

from dataclasses import dataclass
from datetime import datetime

from printalma.accounts import policy
from printalma.accounts.models import lasting_id
from printalma.accounts.policy import Role, Sight
from printalma.accounts.schemas import UserJSON


@dataclass(frozen=True)
class Actor:
    """`jti` is what their token says, `sign_in` the row it stands for (see SignIn).

    Flask-Login's user, too: it asks for the four names at the end.
    """

    id: int
    email: str
    first_name: str
    last_name: str
    role: Role
    jti: str
    sign_in: str
    expires_at: datetime

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def mark(self) -> str:
        """By which a page tells this sign-in from the one before; nobody can sign in with it."""
        return lasting_id(self.sign_in)[:16]

    def may(self, right: str) -> bool:
        return policy.may(self.role, right)

    @property
    def sight(self) -> Sight:
        """Which orders they see as what they are; their own they see anyhow."""
        return policy.sight(self.role, self.id)

    @property
    def page_sight(self) -> Sight:
        """Which orders they see on the pages that are open to them."""
        return policy.sight(self.role, self.id, policy.ATELIER)

    def may_see(self, order: object) -> bool:
        return policy.may_see(self.role, self.id, order)

    def as_json(self) -> UserJSON:
        """The contract's `user`."""
        return {
            "id": self.id,
            "email": self.email,
            "firstName": self.first_name,
            "lastName": self.last_name,
            "role": self.role,
        }

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return str(self.id)
