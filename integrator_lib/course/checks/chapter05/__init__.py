"""Exercises of chapter 05, Integrate by hand."""

from integrator_lib.course.checks.chapter05 import leak, wiring

two_unit_step = wiring.two_unit_step
wire = wiring.wire
normalise = wiring.normalise
fitted_gain = leak.fitted_gain
leaky_outputs = leak.leaky_outputs
