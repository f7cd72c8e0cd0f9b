# make run   installs what is needed into .venv and runs the main job
# make test  installs what is needed into .venv and runs every check
.PHONY: run test check check-full check-twins check-mechanisms bench docs install clean help
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt scripts/bootstrap.sh
	@sh scripts/bootstrap.sh $(VENV)
	@touch $(STAMP)

run: $(STAMP)
	@$(BIN)/wuming run

test: $(STAMP)
	@sh scripts/check.sh $(BIN)

# make check-full  the full-size main job over three seeds, soak tests and the long attack suites
check-full: $(STAMP)
	$(BIN)/python -m pytest -m full -s

# make check-twins  shows that every broken twin of the private trainer is caught, and by which check
check-twins: $(STAMP)
	$(BIN)/python -m pytest tests/attacks/training tests/training/test_selfcheck.py -m "full or not full" -s

# make check-mechanisms  shows that every planted mistake in noise mechanisms is found, and nothing right is blamed (30 minutes)
check-mechanisms: $(STAMP)
	$(BIN)/wuming bench audit --rows mechanism --repeats 1

# make bench  measures beside peers and beside no protection; results go to runs/bench
bench: $(STAMP)
	$(BIN)/wuming bench

# make docs  writes docs/commands.md, docs/errors.md and docs/plan.md again from the code
docs: $(STAMP)
	$(BIN)/python scripts/generate_docs.py

clean:
	rm -rf $(VENV) build dist
