#!/usr/bin/env bash
# Make the virtual environment given as argument, with exactly the packages of requirements.lock and the project itself.
set -euo pipefail

venv=$1
python=$(bash scripts/check_machine.sh python)

# Debian keeps ensurepip in a package of its own; without it, the system's pip can fill the environment from outside.
if [ -x "$venv/bin/python" ] && "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    pip=("$venv/bin/python" -m pip)
elif "$python" -c 'import ensurepip' 2>/dev/null; then
    "$python" -m venv --clear "$venv"
    pip=("$venv/bin/python" -m pip)
elif "$python" -m pip --python "$python" --version >/dev/null 2>&1; then
    "$python" -m venv --clear --without-pip "$venv"
    pip=("$python" -m pip --python "$venv/bin/python")
else
    echo "This Python cannot make virtual environments: install its package for that (Debian: apt-get install python3-venv) and try again." >&2
    exit 1
fi

echo "Installing the Python packages of requirements.lock into $venv ..."
"${pip[@]}" install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
"${pip[@]}" install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
