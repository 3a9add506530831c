#!/usr/bin/env bash
# Runs the tests of this module, which needs cgo and the C libraries of dqlite:
# three nodes as three processes on this machine, one of them killed. Arguments go to
# `go test`, such as -race.
set -euo pipefail
cd "$(dirname "$0")"
if ! dpkg-query -W libdqlite-dev libraft-dev libsqlite3-dev >/dev/null 2>&1; then
	apt-get update -qq
	apt-get install -qq -y --no-install-recommends libdqlite-dev libraft-dev libsqlite3-dev
fi
export GOWORK=off CGO_ENABLED=1 CGO_LDFLAGS_ALLOW='-Wl,-z,now'
go vet -tags libsqlite3 ./...
go test -tags libsqlite3 -shuffle=on -timeout 5m -v "$@" ./... | grep -vE '^=== |^    --- PASS'
