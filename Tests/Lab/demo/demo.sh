#!/bin/bash
# The main task from end to end, each step with its command line: create, check, dump, boot a guest that makes a file
# system with DAX, and inspect the result. The first step that fails ends the demo.
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)
PATH=$(cd "$source/../../../.build/release" && pwd):$PATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cp "$source/guest.sh" .

step() {
  printf '\n$ %s\n' "$*"
  "$@"
}

step vnvdimm-create --size 256M demo.img
step vnvdimm-check demo.img
step vnvdimm-label-dump demo.img
step cat guest.sh
step vnvdimm emulate --nvdimm demo.img,label-size=2M --run guest.sh 2>diagnostics
cat diagnostics >&2
step vnvdimm-label-dump demo.img
step vnvdimm-check demo.img

if grep -q QEMU diagnostics; then
  printf '\nKVM does not run guests natively here, so QEMU served. The same guest under our own VMM, in an\n'
  printf 'emulated machine that has KVM:\n'
  { echo "cat >guest.sh <<'END'"; cat guest.sh; echo END; cat "$source/lab.sh"; } >demo.sh
  step lab --live demo.sh
fi
