"""The machinery of the course, no science: checks, grading, what notebooks show, set-up."""
