"""Write environment.yml from requirements.lock: ``python tests/write_environment.py``."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^([A-Za-z0-9._-]+==[^ \\]+(?: ; [^\\]+?)?) *\\?$")
HEAD = """\
# Made from requirements.lock by `make lock`; also read by Binder and repo2docker.
name: integrator-rnn
channels:
  - conda-forge
dependencies:
  - python=3.12
  - pip
  - pip:
"""


def locked_pins() -> list[str]:
    """Return the lock's pins, markers included, without hashes."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return [match[1].strip() for line in lines if (match := PIN.match(line))]


def environment() -> str:
    """Return the text of environment.yml."""
    return HEAD + "".join(f'      - "{pin}"\n' for pin in locked_pins()) + '      - "-e ."\n'


if __name__ == "__main__":
    (ROOT / "environment.yml").write_text(environment())
