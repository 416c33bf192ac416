#!/bin/sh
# Writes requirements/*.txt anew; options go to uv (--upgrade takes the newest versions that fit).
# The flags keep every address of an index out of the files: they install from whatever index the machine is set up for.
set -eu
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links "$@"
}

compile "$@" core/pyproject.toml --extra postgres -o requirements/run.txt
compile "$@" -c requirements/run.txt core/pyproject.toml --all-extras --group test -o requirements/test.txt
compile "$@" -c requirements/test.txt --group build -o requirements/build.txt
compile "$@" -c requirements/test.txt --group uv -o requirements/uv.txt
compile "$@" --group front -o requirements/front.txt
