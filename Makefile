# `make` lists what there is. Everything a target needs is set up first, and only once.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Choose with e.g. `make run PORT_EMULATOR=4666 SAMPLES=0 KEEP=1`.
PORT_EMULATOR ?= 4566#   the AWS endpoint
PORT_CONSOLE  ?= 4570#   the console
PORT_HANDSETS ?= 4580#   the page of phones
PORT_SMSC     ?= 4590#   SMPP in front of the phones, with GATEWAY=kannel
SAMPLES       ?= 50#     sample subscribers to begin with; 0 for none
KEEP          ?=#        1 keeps the data of the run before, and of this one
GATEWAY       ?= aws#    aws or kannel: what texts go out through, in run, package and deploy
IDENTITY      ?= cognito#  cognito or oidc: who signs people in, in package and deploy
STAGE         ?= dev#    dev or prod
REGION        ?=#        the region that make package and deploy are for; what it lacks stays out of the template
BUCKET        ?=#        the bucket that make deploy puts the package into
PARAMETERS    ?=#        of the template, for make deploy, such as AlarmEmail=you@example.com
SUBSCRIBERS   ?= 1000#   how many live through the day of demo and drill
BREAK         ?=#        a rule that the demo breaks on purpose: thresholds, audience or consent
TRIALS        ?=#        which trials, such as kill caps; all when left out
TESTS         ?=#        arguments for pytest, such as tests/sms -k euro
WORKERS       ?= 3#      tests that run side by side; some only wait
SEEDS         ?= 2000#   histories that are simulated
ONLY          ?=#        what is measured, such as delivery calls-lone; everything when left out

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || echo python3)
PY     := .venv/bin/python
SUDO   := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PIP    := -m pip --disable-pip-version-check install --quiet --progress-bar off --no-compile
# Packages come without byte code, which is made where one is first imported; a machine that forbids that would
# compile hundreds of files again at each start of Python.
unexport PYTHONDONTWRITEBYTECODE
MO     := $(patsubst %.po,%.mo,$(wildcard chalicelib/locale/*/LC_MESSAGES/ringback.po))
CHOSEN := $(if $(filter kannel,$(GATEWAY)),--gateway kannel) $(if $(filter oidc,$(IDENTITY)),--identity oidc)
KANNEL := $(if $(filter kannel,$(GATEWAY)),.kannel/.ready)
NODE   := tests/oracle/node_modules/.ready tests/dynamodb/node_modules/.ready tests/browser/node_modules/.ready tests/oidc/node_modules/.ready tests/contract/node_modules/.ready

.PHONY: help messages setup run stop demo drill test check lint templates policies trials simulate day bench screenshots template package deploy clean distclean browser java

help: ## this list
	@echo "Ringback. Set-up needs Python 3.11 or newer with venv; the tests need Node 20, a JDK 17 and a browser, too."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "Variables and what they are now:"
	@$(foreach v,PORT_EMULATOR PORT_CONSOLE PORT_HANDSETS PORT_SMSC SAMPLES KEEP GATEWAY IDENTITY STAGE REGION BUCKET PARAMETERS SUBSCRIBERS BREAK TRIALS TESTS WORKERS SEEDS ONLY,\
	  printf "  %-14s %-6s %s\n" "$(v)" "$($(v))" "$$(sed -n 's/^$(v) *?=[^#]*# *//p' $(firstword $(MAKEFILE_LIST)))";)

## -- set-up ------------------------------------------------------------------------------------

setup: .venv/.ready .emulator/.ready $(MO) $(NODE) java browser .kannel/.ready ## everything that running and testing needs

.venv/.run-ready: requirements.txt requirements-run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Python 3.11 or newer is needed; make PYTHON=/path/to/python3.11 chooses one" >&2; exit 1; }
	@echo "setting up .venv"
	@[ -x $(PY) ] || $(PYTHON) -m venv .venv \
	  || { echo "venv is missing: apt-get install python3-venv" >&2; exit 1; }
	@$(PY) $(PIP) -r requirements-run.txt
	@$(PY) $(PIP) --no-deps --editable .
	@touch $@

%.mo: %.po .venv/.run-ready
	@$(PY) -m local.messages compile

.venv/.ready: .venv/.run-ready requirements-dev.txt
	@echo "setting up .venv for tests (about a minute)"
	@$(PY) $(PIP) -r requirements-dev.txt
	@touch $@

.emulator/.ready: requirements-emulator.txt
	@echo "setting up .emulator, the local stand-in for AWS"
	@[ -x .emulator/bin/python ] || $(PYTHON) -m venv .emulator
	@.emulator/bin/python $(PIP) -r $<
	@.emulator/bin/python local/emulator.py --check >/dev/null
	@touch $@

.checkov/.ready: requirements-checkov.txt
	@echo "setting up .checkov, which checks the template"
	@[ -x .checkov/bin/python ] || $(PYTHON) -m venv .checkov
	@.checkov/bin/python $(PIP) -r $<
	@touch $@

# Debian's package taken apart, not installed: so nothing of it starts, and only the libraries need root.
.kannel/.ready:
	@echo "setting up .kannel, the SMS gateway in front of an SMSC"
	@mkdir -p .kannel && cd .kannel \
	  && { apt-get download --quiet kannel || { $(SUDO) apt-get update --quiet && apt-get download --quiet kannel; }; } 2>/dev/null \
	  && dpkg-deb --extract kannel_*.deb .
	@DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install --yes --quiet --no-install-recommends \
	  $$(dpkg-deb --field .kannel/kannel_*.deb Depends | tr ',' '\n' | sed 's/[(|].*//' | grep -v -e adduser -e lsb-base -e psmisc) >/dev/null
	@touch $@

tests/%/node_modules/.ready: tests/%/package-lock.json
	@echo "setting up tests/$*"
	@cd tests/$* && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

java:
	@command -v javac >/dev/null || $(SUDO) apt-get install --yes --quiet openjdk-17-jdk-headless

browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	  || { $(SUDO) apt-get update --quiet && $(SUDO) apt-get install --yes --quiet chromium; }
	@[ -n "$$(fc-list :lang=zh-cn 2>/dev/null | head -1)" ] || $(SUDO) apt-get install --yes --quiet fonts-noto-cjk fontconfig

## -- using it ----------------------------------------------------------------------------------

run: ## the whole service on this machine, until Ctrl-C
	@$(MAKE) -s -j2 .venv/.run-ready .emulator/.ready $(MO) $(KANNEL)
	@$(PY) -m local.up --port-emulator $(PORT_EMULATOR) --port-console $(PORT_CONSOLE) \
	  --port-handsets $(PORT_HANDSETS) --port-smsc $(PORT_SMSC) --samples $(SAMPLES) --stage $(STAGE) --gateway $(GATEWAY) $(if $(KEEP),--keep)

stop: ## end a `make run` of this folder from elsewhere
	@$(PY) -m local.up --stop

demo: ## a day with sample subscribers, expected against received; exit code 1 on any difference
	@$(MAKE) -s -j2 .venv/.run-ready .emulator/.ready
	@$(PY) -m local.demo --subscribers $(SUBSCRIBERS) $(if $(BREAK),--break $(BREAK))

drill: ## lose every table of such a day and bring it back; somebody erased meanwhile stays erased
	@$(MAKE) -s -j2 .venv/.run-ready .emulator/.ready
	@$(PY) -m local.drill --subscribers $(SUBSCRIBERS)
template: .venv/.ready .checkov/.ready ## cfn-lint and checkov on the packaged template; exit code 1 on what is not accepted with a reason
	@$(PY) -m local.check_template

package: .venv/.run-ready ## what AWS gets: template and zip in .local/package/$STAGE
	@$(PY) -m local.package --stage $(STAGE) $(if $(REGION),--region $(REGION)) $(CHOSEN)

deploy: .venv/.run-ready $(MO) ## create or update ringback-$STAGE on AWS; BUCKET holds the package, PARAMETERS="Name=Value ..."
	@$(PY) -m local.deploy --stage $(STAGE) $(if $(REGION),--region $(REGION)) $(CHOSEN) --bucket $(BUCKET) $(PARAMETERS)

## -- working on it -----------------------------------------------------------------------------

test: setup ## all tests
	@.venv/bin/pytest -n $(WORKERS) --dist loadgroup $(TESTS)

check: .venv/.ready $(NODE) lint templates ## what to run before a commit: style, types, templates, fast tests
	@.venv/bin/pytest -n $(WORKERS) --dist loadgroup -m "not emulator and not browser" $(TESTS)

lint: .venv/.ready ## style, types, and that every message has its translation
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@$(PY) -m local.messages check

messages: .venv/.run-ready ## collect what there is to translate into chalicelib/locale; says what is missing or fuzzy
	@$(PY) -m local.messages update
	@$(PY) -m local.messages compile

templates: .venv/.run-ready $(MO) ## problems in templates/, with file and line
	@.venv/bin/ringback templates check templates

# Every room whose tests run real entry points: pages among them, the simulation, and browser walks on the emulator.
RECORDED := $(addprefix tests/,functions care delivery replies campaigns commands console intake simulation emulator)

policies: .venv/.ready .emulator/.ready $(NODE) java browser ## record which AWS calls each function makes, for tests/test_policies.py
	@$(PY) -m pytest -q -p tests.support.calls $(if $(TESTS),$(TESTS),$(RECORDED))

trials: .venv/.ready .emulator/.ready .kannel/.ready ## unkind things done to the running stack: kill -9, opt-outs in a run, caps at once, Kannel's programs killed, an update meanwhile
	@$(PY) -m bench.trials $(TRIALS)

simulate: .venv/.ready ## many seeds of faults on a virtual clock, then bugs put in to be caught; exit code 1 on a violation
	@$(PY) -m tests.simulation --seeds $(SEEDS) --jobs 2
	@$(PY) -m tests.simulation --mutation all

day: .venv/.ready ## one New Year's Eve of 100 million subscribers, message by message, three ways; docs/scale.md
	@$(PY) -m bench.day

bench: .venv/.ready tests/dynamodb/node_modules/.ready java ## figures against their floor; results in docs/bench.md
	@$(PY) -m bench $(ONLY)

screenshots: .venv/.ready ## every page of a `make run`, in both languages, light and dark, wide and narrow, into .local/screenshots
	@$(PY) -m bench.screenshots

clean: ## what runs, tests and packaging left behind
	@rm -rf .local .chalice/deployments .pytest_cache .mypy_cache .ruff_cache .hypothesis build bench/out
	@find . -name __pycache__ -type d -not -path './.venv/*' -not -path './.emulator/*' -not -path '*/node_modules/*' -prune -exec rm -rf {} +

distclean: clean ## `clean`, and what `setup` installed in this folder
	@rm -rf .venv .emulator .checkov .kannel tests/*/node_modules ringback.egg-info
