# The set-up of .venv, for the repository's Makefile and for the one of the students' folder.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready

# NumPy's matrices are small here: its threads would only fight with JAX's for the cores.
export OPENBLAS_NUM_THREADS ?= 1

# Said when a step of the set-up fails: what failed, and what to do.
stop = || { echo "The set-up stopped: $(1). Then run make again; it continues with what is downloaded." >&2; exit 1; }
PIP := $(PY) -m pip --quiet --disable-pip-version-check

# Into an empty environment, so that nothing of an older lock or of an interrupted set-up is left.
$(VENV)/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info; (3, 11) <= v < (3, 14) or sys.exit(f"Python 3.11 to 3.13 is needed, {v.major}.{v.minor} was found. Try: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv --clear $(VENV) $(call stop,$(PYTHON) made no environment. On Debian or Ubuntu: apt install python3-venv)
	@echo "Installing the pinned packages (one to three minutes the first time) ..."
	@$(PIP) install --no-deps --require-hashes -r requirements.lock $(call stop,the pinned packages were not installed; pip says why above. Look at the network and at the free disk space)
	@touch $@

$(READY): $(VENV)/.locked pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation -e . $(call stop,integrator_lib was not installed; pip says why above)
	@$(PY) -m pip --disable-pip-version-check check $(call stop,the packages above do not fit together. Undo your changes to pyproject.toml and requirements.lock)
	@$(PY) -m compileall -q integrator_lib
	@touch $@
