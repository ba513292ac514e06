# Two commands do everything: `make grade` and `make test`.
#
# With Docker: `make image` and `make simulate`.
#
#   SUBMISSION=path   what to grade; the reference by default
#   EXAM=name|folder  the exam; the default exam if none
#   PYTHON=python3.12 the interpreter of the environment (3.10 to 3.13)
#   IMAGE=tag, BASE=image  what `make image` makes, and from what
#   TORCH_INDEX=url   where pip finds CPU wheels of torch, if not where it finds everything else

PYTHON ?= python3
SUBMISSION ?= reference/lab1.py
VENV := .venv
BIN := $(VENV)/bin
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
SUPPORTED := $(sort $(patsubst constraints/py%.txt,%,$(wildcard constraints/py*.txt)))
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	--constraint constraints/py$(VERSION).txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

.PHONY: grade test test-all test-rest browser validate template mutants bench image simulate package constraints python clean
.DELETE_ON_ERROR:

grade: $(VENV)/.run
	@echo "make grade: $(SUBMISSION) against $(or $(EXAM),the default exam)"
	@$(BIN)/python -m grader grade $(if $(EXAM),--exam $(EXAM)) $(SUBMISSION)

# What was compiled once is not compiled again, in some hundred processes of the grader and of pytest.
export PYTHONDONTWRITEBYTECODE =

# Two processes of one thread each: more threads than processors wait for each other.
PYTEST = OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

test: $(VENV)/.test
	@echo "make test: lint and import contracts; types; every rule; a fixed slice of each corpus"
	@$(checked) && $(PYTEST) -m "not rest"

test-all: $(VENV)/.test browser
	@echo "make test-all: lint and import contracts; types; every test; every known mistake"
	@$(checked) && $(PYTEST)
	@$(MAKE) --no-print-directory validate

# The one that opens pages in tests; where it cannot be installed, they are skipped.
browser:
	@command -v chromium > /dev/null || command -v chromium-browser > /dev/null || { apt-get update --quiet=2 && \
		apt-get install --quiet=2 --yes --no-install-recommends chromium; } > /dev/null || \
		echo "There is no Chromium, and it cannot be installed here: pages are not opened"

# What `make test` leaves out; PART=1/3 takes the first of three parts of each corpus.
test-rest: $(VENV)/.test
	@$(PYTEST) -m rest $(if $(PART),--part $(PART))

checked = $(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports

validate: $(VENV)/.run
	@echo "make validate: the reference, its blanks and every known mistake"
	@$(BIN)/python -m grader validate $(if $(EXAM),--exam $(EXAM)) $(if $(SEED),--seed $(SEED))

template: $(VENV)/.run
	@$(BIN)/python -m grader template

mutants: $(VENV)/.test
	@$(PIP) .[mutants]
	@echo "make mutants: changes the checks and the oracle, one place at a time (about an hour on two cores)"
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.mutants

bench: $(VENV)/.test
	@$(BIN)/python -m tests.benchmarks $(if $(BASELINE),--baseline $(BASELINE)) --image $(IMAGE)

package: $(VENV)/.run
	@$(BIN)/python -m grader package $(if $(EXAM),--exam $(EXAM))

IMAGE ?= quantization-grader
image:
	@docker/build $(IMAGE) $(if $(BASE),--build-arg BASE=$(BASE)) $(if $(EXAM),--build-arg EXAM=$(EXAM)) \
		$(if $(TORCH_INDEX),--build-arg TORCH_INDEX=$(TORCH_INDEX)) \
		$(if $(wildcard docker/wheels),--network none)

simulate: $(VENV)/.run
	@$(BIN)/python docker/simulate $(IMAGE) $(SUBMISSION)

clean:
	rm -rf $(VENV) results.json

python:
	@$(if $(filter $(VERSION),$(SUPPORTED)),:,$(error PYTHON=$(PYTHON) \
		$(if $(VERSION),is Python $(VERSION),does not run as Python); name one of $(firstword $(SUPPORTED)) \
		to $(lastword $(SUPPORTED)) that is installed, such as PYTHON=python$(lastword $(SUPPORTED))))

$(VENV)/.run: pyproject.toml $(wildcard constraints/py$(VERSION).txt) | python
	@echo "Creating $(VENV) with Python $(VERSION) (once; torch takes a while)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "Adding the tools for tests"
	@$(PIP) .[test]
	@touch $@

# After a change of dependencies: pins what each Python gets, with uv as the resolver.
constraints: $(VENV)/.run
	@$(PIP) uv
	@for version in 3.10 3.11 3.12 3.13; do \
		$(BIN)/uv pip compile --quiet --upgrade --no-header --no-annotate --extra test --extra mutants \
			--python-platform linux --python-version $$version pyproject.toml \
			| grep --invert-match --extended-regexp '^(nvidia|triton|cuda)' \
			> constraints/py$$version.txt; done
