#!/usr/bin/env bash
# Makes requirements.lock anew from pyproject.toml: every version with its hashes, no addresses.
set -euo pipefail
cd "$(dirname "$0")/.."

uv="$(command -v uv || true)"
if [ -z "$uv" ] || ! "$uv" --version >/dev/null 2>&1; then
    tools="$(mktemp -d)"
    trap 'rm -rf "$tools"' EXIT
    .venv/bin/python -m venv "$tools"
    "$tools/bin/python" -m pip install --quiet uv
    uv="$tools/bin/uv"
fi
"$uv" pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes \
    --no-annotate --no-header pyproject.toml -o requirements.lock
