#!/bin/sh
# Runs one command of `enishi` as the container's process: web, worker, migrate, doctor …
set -eu

if [ "${1:-web}" = web ]; then
    [ $# -eq 0 ] || shift
    # The figures of several web processes meet in a folder, which starts empty.
    PROMETHEUS_MULTIPROC_DIR=$(mktemp -d)
    export PROMETHEUS_MULTIPROC_DIR
    exec enishi web --host 0.0.0.0 --port 8000 "$@"
fi
exec enishi "$@"
