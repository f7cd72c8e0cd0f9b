#!/bin/sh
# Makes the virtual environment $1 and installs wuming into it, with everything its tests need.
set -eu
venv=$1

say() { printf '%s\n' "$*" >&2; }

suitable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=
for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 && suitable "$candidate" && { python=$candidate; break; }
done
if [ -z "$python" ]; then
    say "wuming needs Python 3.11 or newer, and none was found on PATH."
    say "Install it (Debian 12 and Ubuntu 24.04: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3"
    exit 1
fi

# Debian keeps ensurepip, without which no environment can be made, in a package of its own.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package=$("$python" -c 'import sys; print(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing $package, which Python needs to make virtual environments ..."
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >/dev/null
    else
        say "Python cannot make virtual environments here: its module ensurepip is missing."
        say "On Debian and Ubuntu: sudo apt install $package    Then run the same command again."
        exit 1
    fi
fi

[ -x "$venv/bin/python" ] && "$venv/bin/python" -c 'import pip' 2>/dev/null || "$python" -m venv --clear "$venv"
say "Installing wuming and what it needs into $venv (some minutes the first time) ..."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --constraint constraints.txt \
    --editable '.[train,parquet,statistics,federated,dev]'
