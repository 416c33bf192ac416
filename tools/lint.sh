#!/bin/sh
# All checks that need no running application; each one runs even if another failed, and failures are named at the end.
cd "$(dirname "$0")/.." || exit 2
BIN=.venv/bin
failed=""

check() {
    name=$1
    shift
    if output=$("$@" 2>&1); then
        echo "ok      $name"
    else
        printf '%s\n' "$output"
        echo "FAILED  $name"
        failed="$failed, $name"
    fi
}

check "style" $BIN/ruff check --quiet .
check "format" $BIN/ruff format --quiet --check .
check "types" $BIN/mypy
check "import contracts" $BIN/lint-imports --no-logo
check "templates" $BIN/python -m tools.check_templates
check "icons" $BIN/python -m tools.check_icons
check "hosts and paths" $BIN/python -m tools.check_hosts
check "news fragments" $BIN/python -m tools.check_news
check "translations" $BIN/python -m tools.check_translations

[ -z "$failed" ] || {
    echo "Failed: ${failed#, }"
    exit 1
}
