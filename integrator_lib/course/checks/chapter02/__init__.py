"""Exercises of chapter 02, The model."""

from integrator_lib.course.checks.chapter02 import sizes, steps

rnn_step = steps.rnn_step
unroll = steps.unroll
run_slow_cell = steps.run_slow_cell
num_parameters = sizes.num_parameters
spread_state = sizes.spread_state
