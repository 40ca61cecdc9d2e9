"""Twelve networks whose mechanism is known exactly, and a ruler for tools that look for it."""

from integrator_lib.zoo.measured import NOISE, long_error, noisy_error
from integrator_lib.zoo.members import LONG, MECHANISMS, PROBE, Member, Truth, member
from integrator_lib.zoo.predictions import bounded_error, leaky_error, noise_error
from integrator_lib.zoo.ruler import Count, count, search_states
from integrator_lib.zoo.sealed import NUM_SEALED, mystery_network

__all__ = [
    "LONG",
    "MECHANISMS",
    "NOISE",
    "NUM_SEALED",
    "PROBE",
    "Count",
    "Member",
    "Truth",
    "bounded_error",
    "count",
    "leaky_error",
    "long_error",
    "member",
    "mystery_network",
    "noise_error",
    "noisy_error",
    "search_states",
]
