"""Who may do what, and who may see which order: said here once, asked everywhere."""

from enum import StrEnum


class Role(StrEnum):
    SUPERADMIN = "SUPERADMIN"
    ADMIN = "ADMIN"
    VENDEUR = "VENDEUR"
    CLIENT = "CLIENT"

    @property
    def is_admin(self) -> bool:
        return self in (Role.SUPERADMIN, Role.ADMIN)
