"""Benchmarks of the course's library: ``make bench``, never part of the test suite.

``rivals`` holds other ways to train the same network, ``batch``, ``accuracy``, ``growth``
and ``startup`` measure one group each, ``report`` writes ``results/``.
"""
