"""The door of registers."""

from tongban.registers.actions import pause_register, resume_register
from tongban.registers.source import HostedRegisters
from tongban.registers.tracking import forget_changes, place_changes

__all__ = ["HostedRegisters", "forget_changes", "pause_register", "place_changes", "resume_register"]
