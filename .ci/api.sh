#!/usr/bin/env bash
# Compares the exported API with the one that was acknowledged in .ci/api, or
# writes it anew: .ci/api.sh check | write. A change is acknowledged by `write`
# and a line in CHANGELOG.md.
set -euo pipefail
cd "$(dirname "$0")/.."
mode="${1:-check}"
mkdir -p .ci/api
status=0
known=""

# neutral FILE: export data names source files; the folders of the machine that
# wrote it are replaced by others of the same length.
neutral() {
	local folder name
	while read -r folder name; do
		if [ "${#folder}" -ge "${#name}" ]; then
			while [ "${#name}" -lt "${#folder}" ]; do name="$name/"; done
			LC_ALL=C sed -i "s|$folder|$name|g" "$1"
		fi
	done <<-FOLDERS
		$PWD /tandem
		$(go env GOMODCACHE) /mod
		$(go env GOROOT) /go
	FOLDERS
}

for package in $(go list ./... ./integration/store/sql/... ./integration/nats/... | grep -v '/internal/'); do
	name="$(printf '%s' "${package#github.com/tandem-go/}" | tr / .)"
	known="$known $name.export $name.txt"
	if [ "$mode" = write ]; then
		.ci/tool apidiff -w ".ci/api/$name.export" "$package"
		neutral ".ci/api/$name.export"
		go doc -all "$package" > ".ci/api/$name.txt"
		continue
	fi
	if [ ! -f ".ci/api/$name.export" ]; then
		echo "$package: not acknowledged; run .ci/api.sh write"
		status=1
		continue
	fi
	difference="$(.ci/tool apidiff ".ci/api/$name.export" "$package")"
	if [ -n "$difference" ]; then
		printf '%s differs from the acknowledged API; run .ci/api.sh write and tell CHANGELOG.md:\n%s\n' "$package" "$difference"
		status=1
	fi
done
for file in .ci/api/*; do
	case " $known " in
	*" $(basename "$file") "*) ;;
	*) if [ "$mode" = write ]; then rm -f "$file"; elif [ -e "$file" ]; then echo "$file: its package is gone"; status=1; fi ;;
	esac
done
exit $status
