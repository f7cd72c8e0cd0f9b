#!/bin/sh
# Every check, quickest first; $1 is the folder with the environment's programs.
set -eu
bin=$1
run() { printf '\n== %s\n' "$*"; "$@"; }

run "$bin/ruff" check .
run "$bin/ruff" format --check .
run "$bin/lint-imports"
run "$bin/mypy"
# Two workers on any machine; the tests of one file stay together.
run "$bin/python" -m pytest -m "not full" -n 2 --dist loadfile --no-loadscope-reorder --durations=25
