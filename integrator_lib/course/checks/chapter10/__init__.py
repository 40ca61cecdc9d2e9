"""Exercises of chapter 10, Decisions."""

from integrator_lib.course.checks.chapter10 import bounds, fixed_time

slope_error = fixed_time.slope_error
best_estimate = fixed_time.best_estimate
run_to_bound = bounds.run_to_bound
most_rewarding_bound = bounds.most_rewarding_bound
predict_accuracy = bounds.predict_accuracy
