#!/usr/bin/env bash
# Pin all dependencies anew, with hashes and without the name of an index; `--upgrade` takes the newest of all.
set -euo pipefail

uv_version=0.13.8
python=$(bash scripts/check_machine.sh python)
bash scripts/check_machine.sh node

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"$python" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check "uv==$uv_version"

# Universal: one lock for every Python from 3.11 on and every system, by markers.
"$place/venv/bin/uv" pip compile pyproject.toml --group dev --universal --python-version 3.11 \
    --generate-hashes --no-emit-index-url --no-header --quiet "$@" --output-file requirements.lock
npm install --package-lock-only --ignore-scripts --no-audit --no-fund
