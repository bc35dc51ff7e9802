"""The door of registers."""

from tongban.registers.actions import pause_register, resume_register
from tongban.registers.drops.collecting import BatchView, DropHealth, batches_of, collect_drops, drop_health
from tongban.registers.source import HostedRegisters
from tongban.registers.tracking import forget_changes, place_changes

__all__ = [
    "BatchView",
    "DropHealth",
    "HostedRegisters",
    "batches_of",
    "collect_drops",
    "drop_health",
    "forget_changes",
    "pause_register",
    "place_changes",
    "resume_register",
]
