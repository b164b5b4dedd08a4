"""Who may do what, and who may see which order: said here once, asked everywhere.

The rule is docs/architecture.md, "Who may see what". A new role is a line of Role and one of RIGHTS: every list, page,
paper, file, bell, push and socket goes by those.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from printalma.events.renderings import ADMINS


class Role(StrEnum):
    SUPERADMIN = "SUPERADMIN"
    ADMIN = "ADMIN"
    ATELIER = "ATELIER"
    VENDEUR = "VENDEUR"
    CLIENT = "CLIENT"


# Who a route lets in (accounts.guard). Some name no right: a socket's view checks for itself, in words that a socket
# understands.
EVERYBODY, SIGNED_IN, SOCKET = "everybody", "signed in", "socket"
# The rights: the dashboard with the orders that a role sees; running the shop and its numbers; owning it. And the
# workshop: what is to be made, its sheets, pictures and files for printing, without a price or a telephone number.
DASHBOARD, ADMIN, OWNER, ATELIER = "dashboard", "admin", "owner", "atelier"
# Whoever has the second may do all that the first says.
_PART_OF = {ATELIER: DASHBOARD}
WORKSHOP = "workshop"  # an audience that nothing is told to: its pages show pieces, and no event in words


@dataclass(frozen=True)
class Rights:
    """What a role may, and which orders it sees: those with one of these values in each of these fields. {} are all
    orders, None only one's own. A field is one by which events are told (notifications.notices.about)."""

    may: frozenset[str] = frozenset()
    sees: Mapping[str, Collection[Any]] | None = None


CUSTOMER = Rights()
RIGHTS: dict[Role, Rights] = {
    Role.SUPERADMIN: Rights(frozenset((DASHBOARD, ADMIN, OWNER)), {}),
    Role.ADMIN: Rights(frozenset((DASHBOARD, ADMIN)), {}),
    Role.ATELIER: Rights(frozenset((ATELIER,)), {"status": ("CONFIRMED", "PROCESSING", "SHIPPED")}),
    Role.VENDEUR: CUSTOMER,
    Role.CLIENT: CUSTOMER,
}


@dataclass(frozen=True)
class Sight:
    """Which orders somebody sees: in each of these fields they have one of these values. Sockets with equal sights
    share what they are sent.

    `audience` is how they are spoken to: as the team, not at all (WORKSHOP), or as the customer whose order it is.
    `user_id` is who asks, for what they call their own.
    """

    audience: str | int
    fields: tuple[tuple[str, frozenset[Any]], ...] = ()
    user_id: int | None = field(default=None, compare=False)

    @property
    def is_team(self) -> bool:
        return self.audience == ADMINS

    @property
    def is_whole(self) -> bool:
        """Whether they see every order, and so may see how many there are."""
        return not self.fields

    def includes(self, order: object) -> bool:
        """Whether they see an order as it is."""
        return all(getattr(order, name) in allowed for name, allowed in self.fields)

    def hears(self, about: Mapping[str, Collection[Any]] | None) -> bool:
        """Whether they hear of an event: they saw its order before it, or do after it. `about` are the values that the
        fields have then; None is about no order."""
        return about is None or all(not allowed.isdisjoint(about[name]) for name, allowed in self.fields)

    def where(self, **columns: Any) -> list[sa.ColumnElement[bool]]:
        """The same of rows, as conditions; several columns of a field are values of which one must be allowed."""
        found = []
        for name, allowed in self.fields:
            values = columns[name] if isinstance(columns[name], tuple) else (columns[name],)
            found.append(sa.or_(*(_is_one_of(column, allowed) for column in values)))
        return found


EVERYTHING = Sight(ADMINS)


def may(role: Role, right: str) -> bool:
    """Whether a role has one of the rights."""
    held = RIGHTS[role].may
    return right in held or _PART_OF.get(right) in held


def roles_that_may(right: str) -> list[Role]:
    return [role for role in Role if may(role, right)]


def sight(role: Role, user_id: int, right: str = DASHBOARD) -> Sight:
    """Which orders a user who has this role sees by one of their rights. Without it they are a customer: the doors of
    front ends, bells and phones ask by DASHBOARD, so the workshop finds there what a stranger does."""
    sees = RIGHTS[role].sees
    if sees is None or not may(role, right):
        return own(user_id)
    audience = ADMINS if may(role, DASHBOARD) else WORKSHOP
    return Sight(audience, tuple(sorted((name, frozenset(values)) for name, values in sees.items())), user_id)


def own(user_id: int) -> Sight:
    """The orders that a user placed themselves."""
    return Sight(user_id, (("user_id", frozenset((user_id,))),))


def may_see(role: Role, user_id: int, order: object) -> bool:
    """Whether a user sees an order: everybody sees their own."""
    return own(user_id).includes(order) or sight(role, user_id).includes(order)


def _is_one_of(column: Any, allowed: frozenset[Any]) -> sa.ColumnElement[bool]:
    if len(allowed) == 1:
        return sa.and_(column == next(iter(allowed)))
    return sa.and_(column.in_(sorted(allowed)))
