#!/usr/bin/env bash
# Say in one sentence what this machine lacks: `check_machine.sh python` (prints a Python that will do) or `node`.
set -euo pipefail

fail() {
    echo "$1" >&2
    exit 1
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "Procession needs Python 3.11 or newer: install python3 from your system's packages, or name one by PYTHON=/path/to/python3."
}

check_node() {
    local mend="install nodejs and npm from your system's packages or from nodejs.org, so that 'node' and 'npm' are on the PATH."
    command -v node >/dev/null || fail "Procession needs Node 20 or newer to build its pages, and there is no 'node': $mend"
    node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' ||
        fail "Procession needs Node 20 or newer to build its pages, and this is Node $(node --version): $mend"
    command -v npm >/dev/null || fail "Procession needs npm to fetch what its pages are built of, and there is no 'npm': $mend"
}

case "${1:-}" in
    python) find_python ;;
    node) check_node ;;
    *) fail "Usage: check_machine.sh python|node" ;;
esac
