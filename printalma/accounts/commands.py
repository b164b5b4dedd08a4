"""What people ask of their accounts."""

from typing import Annotated

from pydantic import AfterValidator, Field

from printalma.accounts.policy import Role
from printalma.lib.errors import FieldError, Invalid
from printalma.lib.i18n import t
from printalma.lib.letters import bare
from printalma.lib.validation import Command, Email, Line, Secret

Password = Annotated[Secret, Field(min_length=8, max_length=200)]
Name = Annotated[Line, Field(min_length=1, max_length=100)]


class Login(Command):
    email: Annotated[Line, AfterValidator(bare), Field(min_length=1, max_length=254)]
    password: Annotated[Secret, Field(min_length=1, max_length=200)]


class NewPassword(Command):
    password: Password


class Register(Command):
    email: Email
    password: Password
    firstName: Name
    lastName: Name


class ChangePassword(Command):
    currentPassword: Annotated[Secret, Field(min_length=1, max_length=200)]
    newPassword: Password
    confirmPassword: Annotated[Secret, Field(max_length=200)]

    def check(self) -> None:
        """Raises Invalid when the two new passwords differ, or the old one is the new one."""
        if self.newPassword == self.currentPassword:
            wrong = FieldError("newPassword", t("accounts.password_is_old"))
            raise Invalid(wrong.message, errors=[wrong])
        if self.newPassword != self.confirmPassword:
            wrong = FieldError("confirmPassword", t("accounts.passwords_differ"))
            raise Invalid(t("errors.invalid"), errors=[wrong])


class Rename(Command):
    firstName: Name
    lastName: Name


class Invite(Command):
    """`label` says for whom the link is."""

    label: Name
    role: Annotated[Role, Field(strict=False)]


class NameToken(Command):
    """`label` says which script the token is for."""

    label: Name


class ChangeRole(Command):
    role: Annotated[Role, Field(strict=False)]


class AddAdmin(Register):
    role: Role = Role.ADMIN
