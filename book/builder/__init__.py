"""Build the course site: ``python -m book.builder student`` or ``instructor``."""
