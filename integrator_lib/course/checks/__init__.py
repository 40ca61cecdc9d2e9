"""Checks of the exercises: one module a chapter, each exercise an object.

``check(chapter01.running_sum, running_sum)`` calls an answer on fresh random inputs and
says whether it passed, was not attempted, or which known mistake it looks like.
"""

from integrator_lib.course.checks._exercise import Exercise, Mistake, Verdict, check

__all__ = ["Exercise", "Mistake", "Verdict", "check"]
