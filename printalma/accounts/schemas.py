"""Accounts as front ends read them (docs/contract.md, "Auth")."""

from typing import Literal

from typing_extensions import TypedDict

from printalma.accounts.policy import Role


class UserJSON(TypedDict):
    id: int
    email: str
    firstName: str
    lastName: str
    role: Role


class SignedIn(TypedDict):
    user: UserJSON
    access_token: str


class Checked(TypedDict):
    isAuthenticated: Literal[True]
    user: UserJSON


class AuthTested(TypedDict):
    user: UserJSON
    hasUser: Literal[True]
    userRole: Role
    userId: int


class AdminConfirmed(TypedDict):
    user: UserJSON
    role: Role
