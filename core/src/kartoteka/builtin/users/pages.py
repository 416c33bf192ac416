"""What pages of other features need from this one."""

from kartoteka.builtin.users.confirming import confirm_password

__all__ = ["confirm_password"]
