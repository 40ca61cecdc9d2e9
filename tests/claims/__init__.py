"""Hold each chapter's claims against other networks: ``make test-claims``."""
