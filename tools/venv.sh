#!/usr/bin/env bash
# Makes .venv with everything that requirements.lock names, and zhongshi itself. Called by the Makefile.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { echo "$*" >&2; }

# Prints the first Python that fits and can make an environment with pip; nothing where there is none.
# A name on the PATH proves nothing: version managers leave commands that only print an error.
find_python() {
    local test="$1" candidate
    for candidate in python3.11 python3.12 python3.13 python3 /usr/bin/python3; do
        if "$candidate" -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13)); $test" >/dev/null 2>&1 \
            && "$candidate" -c "$test" >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
}

python="$(find_python "import venv, ensurepip")"
if [ -z "$python" ]; then
    # Debian ships venv's ensurepip in a package of its own.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "正在安装 Debian 软件包 python3-venv …"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq >&2
        apt-get install -y -qq --no-install-recommends python3 python3-venv >&2
        python="$(find_python "import venv, ensurepip")"
    fi
fi
if [ -z "$python" ]; then
    say "需要带有 venv 模块的 Python 3.11 至 3.13。请先安装，例如：apt-get install python3 python3-venv"
    exit 1
fi

# An environment whose interpreter is gone or too old is made anew; one that works is kept and brought up to date.
if ! .venv/bin/python -c "import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" >/dev/null 2>&1; then
    say "正在用 $python 建立 .venv …"
    rm -rf .venv
    "$python" -m venv .venv
fi
say "正在安装 requirements.lock 中的依赖（首次约需一两分钟）…"
pip=(.venv/bin/python -m pip --disable-pip-version-check --quiet --quiet)  # errors only
# The lock names everything, so nothing is resolved: pip would look for extras (sqlalchemy[asyncio]) beside their pins.
"${pip[@]}" install --require-hashes --no-deps -r requirements.lock
"${pip[@]}" install --no-deps --no-build-isolation -e .
touch .venv/.ready
