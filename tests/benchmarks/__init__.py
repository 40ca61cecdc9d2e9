"""Benchmarks of the course's library: ``make bench``, never part of the test suite.

``rivals`` holds other ways to train the same network, ``batch``, ``accuracy``, ``growth``,
``startup`` and ``page`` measure one group each, ``report`` writes ``results/`` and the tables
that the maintainer guide shows.
"""
