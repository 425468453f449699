#!/usr/bin/env bash
# Print the path of a Chromium for the tests; install one where none is found and this machine allows it.
set -euo pipefail

works() {
    [ -n "$1" ] && "$1" --version >/dev/null 2>&1
}

found() {
    echo "$1"
    exit 0
}

on_the_path() {
    local name path
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        path=$(command -v "$name" || true)
        if works "$path"; then found "$path"; fi
    done
}

of_playwright() {
    local path
    path=$(.venv/bin/python -c '
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)' 2>/dev/null || true)
    if works "$path"; then found "$path"; fi
}

if [ -n "${CHROMIUM:-}" ]; then
    if works "$CHROMIUM"; then found "$CHROMIUM"; fi
    echo "CHROMIUM is '$CHROMIUM', which does not start: name a Chromium that does, or unset it to have one found." >&2
    exit 1
fi

on_the_path
of_playwright

echo "No Chromium on this machine: trying Playwright's download ..." >&2
if timeout 300 .venv/bin/playwright install --no-shell chromium >/dev/null 2>&1; then of_playwright; fi

if command -v apt-get >/dev/null; then
    as_root=()
    if [ "$(id -u)" != 0 ]; then as_root=(sudo -n); fi
    echo "No Chromium from Playwright: trying the system's packages ..." >&2
    if "${as_root[@]}" apt-get update -qq >&2 &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; then
        on_the_path
    fi
fi

echo "The browser tests need Chromium and none could be installed: install it (Debian: apt-get install chromium) or name one by CHROMIUM=/path/to/chromium." >&2
exit 1
