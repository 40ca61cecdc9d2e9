"""How well the checks name slips: ``make test-checks-report``."""
