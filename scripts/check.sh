#!/bin/sh
# Every check, quickest first; $1 is the folder with the environment's programs.
set -eu
bin=$1
run() { printf '\n== %s\n' "$*"; "$@"; }

run "$bin/ruff" check .
run "$bin/ruff" format --check .
run "$bin/lint-imports"
run "$bin/mypy"
# Two processes, each with one thread for arithmetic: the tests of a file stay together.
export OMP_NUM_THREADS=1
run "$bin/python" -m pytest -m "not full" --numprocesses 2 --dist loadgroup --durations=25
