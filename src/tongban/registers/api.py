"""The door of registers."""

from tongban.registers.actions import pause_register, resume_register
from tongban.registers.source import HostedRegisters

__all__ = ["HostedRegisters", "pause_register", "resume_register"]
