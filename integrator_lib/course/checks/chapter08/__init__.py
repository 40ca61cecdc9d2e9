"""Exercises of chapter 08, Predicting damage."""

from integrator_lib.course.checks.chapter08 import damage, noise

eigenvalue_shift = noise.eigenvalue_shift
output_variance = noise.output_variance
silent_outputs = damage.silent_outputs
pruned_shift = damage.pruned_shift
predicted_error = damage.predicted_error
