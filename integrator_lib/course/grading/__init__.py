"""Grade notebooks: ``python -m integrator_lib.course.grading NOTEBOOK``.

The student's notebook runs in a process of its own, with limits on time and memory. Its
answers are called there on inputs that the grader draws. What they return comes back as
plain arrays and is judged in the grader's process, against the grader's own copy of the
inputs. What the notebook prints, replaces or stops therefore cannot raise its grade. It is
not a sandbox: the notebook can do whatever the account that grades can do.
"""

from integrator_lib.course.grading.grader import Grade, Limits, exercises_of, grade

__all__ = ["Grade", "Limits", "exercises_of", "grade"]
