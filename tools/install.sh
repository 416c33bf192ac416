#!/bin/sh
# What a fresh machine needs, with nothing but Python 3.11:
#   install.sh venv          .venv with the fast installer in it
#   install.sh run|test      the locked set and the workspace's own distributions, into .venv
#   install.sh alone [NAME]  the core and the named modules of plugins/, and no other, into .venv/alone
#   install.sh front         the front-end bundle, with a node from a package where the machine has none
# uv does it in seconds; where it can't (no wheel for this machine, an index that only pip is set up for) pip does it.
set -eu
cd "$(dirname "$0")/.."
VENV=.venv
TARGET="$VENV/bin/python"
PIP="$VENV/bin/python -m pip --disable-pip-version-check --quiet"

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

make_venv() {
    if [ ! -x "$VENV/bin/python" ]; then
        python=$(find_python)
        echo "Making $VENV with $("$python" --version)"
        "$python" -m venv "$VENV" || {
            echo "Python is here, but its venv package is not. On Debian and Ubuntu: apt-get install python3-venv" >&2
            rm -rf "$VENV"
            exit 1
        }
    fi
    $PIP install --only-binary=:all: --require-hashes -r requirements/uv.txt 2>/dev/null || echo "Going on with pip alone"
}

# Every set carries hashes, so nothing is taken that the lock does not name.
fetch() {
    if [ -x "$VENV/bin/uv" ] && "$VENV/bin/uv" pip install --quiet --python "$TARGET" "$@"; then
        return
    fi
    $PIP --python "$TARGET" install "$@"
}

install_set() {
    echo "Installing the locked packages ($1)"
    fetch --no-deps --require-hashes -r requirements/build.txt -r "requirements/$1.txt"
    members="-e core"
    for member in plugins/*/pyproject.toml; do
        [ -f "$member" ] && members="$members -e $(dirname "$member")"
    done
    # The bundle has a step of its own, so an editable install need not build it.
    # shellcheck disable=SC2086
    KARTOTEKA_SKIP_FRONT=1 fetch --no-deps --no-build-isolation $members
}

# Modules are found by what is installed, so only an environment without them shows what the core does alone.
install_alone() {
    TARGET="$VENV/alone/bin/python"
    [ -x "$TARGET" ] || "$VENV/bin/python" -m venv --without-pip "$VENV/alone"
    fetch --no-deps --require-hashes -r requirements/build.txt -r requirements/test.txt
    members="-e core"
    for member in plugins/*/pyproject.toml; do
        name=$(basename "$(dirname "$member")")
        case " $* " in
        *" $name "*) members="$members -e plugins/$name" ;;
        *) $PIP --python "$TARGET" uninstall --yes "kartoteka-$name" >/dev/null 2>&1 || true ;;
        esac
    done
    # shellcheck disable=SC2086
    KARTOTEKA_SKIP_FRONT=1 fetch --no-deps --no-build-isolation $members
}

build_front() {
    echo "Building the front-end bundle"
    if "$VENV/bin/python" core/front/build.py --needs-node-wheel; then
        fetch --require-hashes --target "$VENV/node" -r requirements/front.txt
    fi
    PYTHONPATH="$VENV/node" "$VENV/bin/python" core/front/build.py
}

case $1 in
venv) make_venv ;;
run | test) install_set "$1" ;;
alone) shift && install_alone "$@" ;;
front) build_front ;;
*) echo "install.sh venv|run|test|alone|front" >&2 && exit 2 ;;
esac
