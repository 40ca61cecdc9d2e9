"""Grade what students handed in: ``python -m integrator_lib.course.grading PATH...``.

The student's code runs in a process of its own that holds no right answer and cannot read
one (:mod:`.worker`, :mod:`.fence`). It gets the arguments of calls and sends back what they
returned, as plain arrays. These are judged in the grader's process, against the grader's own
copy of the arguments (:mod:`.grader`). So what a notebook prints, replaces, writes or stops
cannot raise its grade.

Nothing is imported here: the student's process imports this package too.
"""
