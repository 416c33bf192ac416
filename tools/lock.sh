#!/bin/sh
# Writes requirements/*.txt anew; options go to uv (--upgrade takes the newest versions that fit).
# The flags keep every address of an index out of the files: they install from whatever index the machine is set up for.
set -eu
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links "$@"
}

# What modules depend on is locked with the core; the workspace's own distributions are not, they are installed from here.
modules="--no-emit-package kartoteka $(ls plugins/*/pyproject.toml)"
# shellcheck disable=SC2086
compile "$@" core/pyproject.toml --extra postgres $modules -o requirements/run.txt
# shellcheck disable=SC2086
compile "$@" -c requirements/run.txt core/pyproject.toml --all-extras --group test $modules -o requirements/test.txt
compile "$@" -c requirements/test.txt --group build -o requirements/build.txt
compile "$@" -c requirements/test.txt --group uv -o requirements/uv.txt
compile "$@" --group front -o requirements/front.txt
