#!/bin/bash
# The main job from end to end, each step with its command line: create, check, dump, boot, and look
# at what the guest left. Ends with the status of the first step that fails.
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$source/../../../.build/release" && pwd)
PATH=$programs:$PATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cp "$source/guest.sh" .

step() {
  printf '\n\033[1m$ %s\033[0m\n' "$*"
  "$@"
}

step vnvdimm-create --size 256M demo.img
step vnvdimm-check demo.img
step vnvdimm-label-dump demo.img
step cat guest.sh
step vnvdimm emulate --nvdimm demo.img --run guest.sh 2> >(tee emulate.err >&2)
step vnvdimm-label-dump demo.img
step vnvdimm-check demo.img

if grep -q QEMU emulate.err; then
  printf '\nKVM is not usable here, so QEMU served. The same in an emulated machine that has KVM:\n'
  step lab --quiet "$source/lab.sh"
fi
