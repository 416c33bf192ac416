#!/bin/sh
# Installs the locked set "run" or "test" and the workspace's own distributions into .venv, with nothing but Python 3.11.
# uv does it in seconds; where it can't (no wheel for this machine, an index that only pip is set up for) pip does it.
set -eu
cd "$(dirname "$0")/.."
set_name=$1
VENV=.venv

find_python() {
    for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
        if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Kartoteka needs Python 3.11 or newer. Install it, or name it: make run PYTHON=/path/to/python3.11" >&2
    exit 1
}

if [ ! -x "$VENV/bin/python" ]; then
    python=$(find_python)
    echo "Making $VENV with $("$python" --version)"
    "$python" -m venv "$VENV" || {
        echo "Python is here, but its venv package is not. On Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 1
    }
fi

PIP="$VENV/bin/python -m pip --disable-pip-version-check --quiet"
if [ ! -x "$VENV/bin/uv" ]; then
    $PIP install --only-binary=:all: --require-hashes -r requirements/uv.txt || echo "uv is not to be had: going on with pip"
fi

# Both sets carry hashes, so nothing is taken that the lock does not name.
install_locked() {
    if [ -x "$VENV/bin/uv" ] && "$VENV/bin/uv" pip install --quiet --python "$VENV/bin/python" --require-hashes "$@"; then
        return
    fi
    $PIP install --require-hashes "$@"
}

install_editable() {
    if [ -x "$VENV/bin/uv" ] &&
        "$VENV/bin/uv" pip install --quiet --python "$VENV/bin/python" --no-deps --no-build-isolation "$@"; then
        return
    fi
    $PIP install --no-deps --no-build-isolation "$@"
}

echo "Installing the locked packages ($set_name)"
install_locked -r requirements/build.txt -r "requirements/$set_name.txt"

members="-e core"
for member in plugins/*/pyproject.toml; do
    [ -f "$member" ] && members="$members -e $(dirname "$member")"
done
# The bundle has a step of its own (make front), so an editable install need not build it.
# shellcheck disable=SC2086
KARTOTEKA_SKIP_FRONT=1 install_editable $members
