"""The door of registers."""

from tongban.registers.actions import pause_register, resume_register
from tongban.registers.drops.collecting import BatchView, DropHealth, batches_of, collect_drops, drop_health
from tongban.registers.pulling import FedPage, Pulled, Source, begin_gathering, gathering_of, pull
from tongban.registers.snapshots import RegisterSchema, Taken, schemas_of, take_snapshot
from tongban.registers.source import HostedRegisters
from tongban.registers.tracking import forget_changes, place_changes

__all__ = [
    "BatchView",
    "DropHealth",
    "FedPage",
    "HostedRegisters",
    "Pulled",
    "RegisterSchema",
    "Source",
    "Taken",
    "batches_of",
    "begin_gathering",
    "collect_drops",
    "drop_health",
    "forget_changes",
    "gathering_of",
    "pause_register",
    "place_changes",
    "pull",
    "resume_register",
    "schemas_of",
    "take_snapshot",
]
