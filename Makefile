# Every target sets up .venv by itself. `make` alone lists the targets.
include book/student/setup.mk
PORT ?= 8000
BIN := $(VENV)/bin
PAIRS := $(sort $(wildcard notebooks/*.py notebooks/solutions/*.py book/*.py))
NOTEBOOKS := $(PAIRS:.py=.ipynb)

.DEFAULT_GOAL := help
.PHONY: help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "make %-18s %s\n", $$1, $$2}'

.PHONY: lab lab-source
lab: $(READY) ## open JupyterLab on your own copy of chapter 01, in work/
	@$(PY) -m integrator_lib.course.lab notebooks work

lab-source: $(READY) ## open JupyterLab on the maintained notebooks
	cd notebooks && ../$(BIN)/jupyter lab 01_the_data.ipynb

.PHONY: test test-unit test-notebooks test-portability test-portability-quick
test: lint test-unit test-browser test-notebooks test-portability-quick ## run everything that CI checks

COVERAGE := --cov --cov-report=term
test-unit: $(READY) ## unit tests with branch coverage
	$(PY) -m pytest tests integrator_lib -m "not browser" -n 2 --dist worksteal $(COVERAGE)

.PHONY: test-browser
test-browser: $(READY) ## JupyterLab and every page of the site in Chromium
	$(PY) -m pytest tests -m browser

NBVAL := -m pytest -q --nbval --nbval-current-env --nbval-cell-timeout=900 --nbval-sanitize-with tests/nbval_sanitize.cfg -p no:cacheprovider
test-notebooks: $(READY) ## run every notebook and compare it with its stored outputs
	$(PY) $(NBVAL) -n 2 --dist loadfile --durations=5 $(NOTEBOOKS)

QUICK := $(wildcard notebooks/02_the_model.ipynb notebooks/03_training.ipynb)
test-portability-quick: $(READY) ## run chapters 02 and 03 as on an older processor
	XLA_FLAGS=--xla_cpu_max_isa=SSE4_2 $(PY) $(NBVAL) -n 2 --dist loadfile $(QUICK)

test-portability: $(READY) ## run every notebook under three kinds of rounding
	XLA_FLAGS=--xla_cpu_max_isa=SSE4_2 $(PY) $(NBVAL) -n 2 --dist loadfile $(NOTEBOOKS)
	XLA_FLAGS=--xla_cpu_max_isa=AVX2 $(PY) $(NBVAL) -n 2 --dist loadfile $(NOTEBOOKS)
	taskset -c 0 $(PY) $(NBVAL) $(NOTEBOOKS)

.PHONY: test-sets test-latest test-lowest
PYTHONS ?= python3.11 python3.12
test-sets: $(READY) ## unit tests, chapters and site on both sets of locked versions (PYTHONS="python3.11 python3.12")
	$(PY) -m book.builder.version_sets locked $(PYTHONS)

test-latest: $(READY) ## the same on the newest versions that pyproject.toml allows
	$(PY) -m book.builder.version_sets latest $(PYTHONS)

test-lowest: $(READY) ## the same on the oldest
	$(PY) -m book.builder.version_sets lowest $(firstword $(PYTHONS))

.PHONY: test-claims
test-claims: $(READY) ## run the chapters' claims with other networks; slow (CHAPTERS="03 04")
	cd tests && ../$(PY) -m claims $(CHAPTERS)

.PHONY: test-checks-report
test-checks-report: $(READY) ## measure how often the checks name a slip (five minutes)
	cd tests && ../$(PY) -m slips

.PHONY: bench bench-torch
bench: $(READY) ## time training, prediction and start-up (GROUPS="batch accuracy growth startup page")
	cd tests && ../$(PY) -m benchmarks $(GROUPS)

bench-torch: ## install PyTorch (CPU build) into .venv-torch, so that make bench times it too
	$(PYTHON) -m venv .venv-torch
	.venv-torch/bin/python -m pip install --quiet torch==2.13.0 numpy

.PHONY: speedrun
speedrun: $(READY) ## judge an entry to chapter 14's race, or show the records (ENTRY=mine.py)
	@$(PY) -m integrator_lib.course.speedrun $(ENTRY)

.PHONY: sync execute weights lint format lock clean
sync: $(READY) ## write each .py into its paired .ipynb, keeping outputs
	$(BIN)/jupytext --quiet --from py:percent --to ipynb --update $(PAIRS)

execute: sync ## run the notebooks in place (ONLY=notebooks/03_training.ipynb for one)
	for notebook in $(or $(ONLY),$(NOTEBOOKS)); do \
	  $(BIN)/jupyter nbconvert --log-level=WARN --to notebook --execute --inplace \
	    --ExecutePreprocessor.record_timing=False --ExecutePreprocessor.timeout=900 \
	    --NotebookExporter.preprocessors=nbconvert.preprocessors.CoalesceStreamsPreprocessor \
	    $$notebook || exit 1; \
	done

.PHONY: studies
studies: $(READY) ## run what is not stored yet of chapter 13's studies (STUDIES="spikes" FOLDER=again)
	$(PY) -m integrator_lib.studies $(STUDIES) $(if $(FOLDER),--folder $(FOLDER))

weights: $(READY) ## train the shipped weights again (about three minutes)
	$(PY) -m integrator_lib.shipped

lint: $(READY) ## ruff on all code; mypy and the rooms' order on the library
	$(BIN)/ruff check book integrator_lib tests notebooks --exclude '*.ipynb'
	$(BIN)/ruff format --check book integrator_lib tests notebooks --exclude '*.ipynb'
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## let ruff format the code
	$(BIN)/ruff check --fix-only book integrator_lib tests notebooks --exclude '*.ipynb'
	$(BIN)/ruff format book integrator_lib tests notebooks --exclude '*.ipynb'

LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-strip-extras --python-version 3.11 \
  --only-binary :all: --emit-build-options --no-emit-index-url --no-header --no-annotate --extra lab pyproject.toml
lock: $(READY) ## resolve the newest versions that pyproject.toml allows
	$(PIP) install uv
	$(LOCK) --upgrade --extra book --extra test --output-file requirements.lock
	cp requirements.lock requirements-lab.lock
	$(LOCK) --output-file requirements-lab.lock

clean: ## remove what the targets made, but never work/
	rm -rf $(VENV) .venv-* tests/benchmarks/results .pytest_cache .mypy_cache .ruff_cache .coverage book/_build dist
	find integrator_lib tests -name __pycache__ -prune -exec rm -rf {} +

.PHONY: book book-instructor serve student-zip class-box wheel grade exam finders linkcheck mentions record front-figure
book: $(READY) ## build the student site into book/_build/html
	$(PY) -m book.builder student

book-instructor: $(READY) ## build the site with solutions into book/_build/html-instructor
	$(PY) -m book.builder instructor

SITE := book/_build/html/index.html
SOURCES := $(shell find book integrator_lib notebooks -type f -not -path '*/_build/*' -not -path '*/__pycache__/*' -not -path '*/.ipynb_checkpoints/*')
$(SITE): $(SOURCES) | $(READY)
	$(PY) -m book.builder student

serve: $(SITE) ## show the student site, built again if something has changed, on localhost (PORT=8000)
	@echo "The site is at http://localhost:$(PORT). Ctrl-C stops it."
	@$(PY) -m http.server $(PORT) --bind 127.0.0.1 --directory book/_build/html

student-zip: book ## pack notebooks, library and site, without solutions
	$(PY) -m book.builder.pack

class-box: student-zip ## pack all that a room without a network needs, for three systems
	$(PY) -m book.builder.class_box

wheel: $(READY) ## build the library's wheel into dist/
	$(PY) -m pip --quiet wheel --no-deps --no-build-isolation --wheel-dir dist .

# The shell takes the names from its environment, where blanks and brackets mean nothing.
grade: export GRADED = $(or $(FOLDER),$(NOTEBOOK))
grade: $(READY) ## grade a folder, archive or notebook: make grade FOLDER=handed_in CSV=grades.csv JOBS=2
	@test -n "$$GRADED" || { echo "Say what to grade: make grade FOLDER=handed_in CSV=grades.csv"; exit 2; }
	@$(PY) -m integrator_lib.course.grading "$$GRADED" $(if $(CHAPTER),--chapter $(CHAPTER)) \
	  $(if $(CSV),--csv "$(CSV)") $(if $(JSON),--json "$(JSON)") $(if $(JOBS),--jobs $(JOBS)) $(OPTIONS)

exam: $(READY) ## seal other networks for chapter 15's exam (SEED=7); run its solutions again
	$(PY) -m integrator_lib.course.checks._exam $(SEED)

finders: $(READY) ## score finders of fixed points on known networks (FPF=a checkout of mattgolub/fixed-point-finder)
	$(PY) -m book.builder.finders $(FPF)

linkcheck: $(READY) ## visit the outside links; needs a network
	$(PY) -m book.builder linkcheck

mentions: $(READY) ## list the sentences that name a chapter which is not there
	@$(PY) -m book.builder.mentions

record: $(READY) ## run every chapter and record versions and seconds for the site
	$(PY) -m book.builder.record

front-figure: $(READY) ## draw the front page's figure again
	$(PY) -m book.builder.front_figure
