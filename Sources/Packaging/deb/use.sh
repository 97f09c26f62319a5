#!/bin/bash
# What try-deb.sh has a user do on the Debian on trial: each program once, the manual, the tab key in three shells.
# The first thing that is not as it must be ends it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

run() { printf '$ %s\n' "$*"; "$@"; }
# status N COMMAND...: the command ends with N.
status() {
  local expected=$1 found=0
  shift
  run "$@" || found=$?
  [ "$found" = "$expected" ] || { echo "status $found, expected $expected: $*"; exit 1; }
}
# says TEXT FILE
says() { grep -qF -- "$1" "$2" || { echo "not said: $1"; cat "$2"; exit 1; }; }

[ "$(id -u)" != 0 ]
if command -v swift; then exit 1; fi

status 0 vnvdimm --version
status 0 vnvdimm-create --size 64M --namespace fsdax,name=data nv.img >plan
says 'nv.img: created' plan
status 0 vnvdimm-check nv.img
status 0 vnvdimm-label-dump --verify nv.img
status 0 vnvdimm-migrate-labels move nv.img 3 --backup before.bin
status 0 vnvdimm-check --slot 3 nv.img
status 2 vnvdimm-check --slot 0 nv.img
status 0 vnvdimm-migrate-labels restore nv.img before.bin
status 0 vnvdimm-resize-guard plan nv.img +64M
status 0 vnvdimm-resize-guard apply nv.img +64M
status 0 vnvdimm-resize-guard seal --sidecar sealed.json nv.img
status 0 vnvdimm-resize-guard verify --sidecar sealed.json nv.img
status 2 vnvdimm-resize-guard plan nv.img 32M
status 0 vnvdimm-resize-guard run --sidecar sealed.json nv.img -- true
status 0 vnvdimm check nv.img
status 0 vnvdimm emulate --nvdimm nv.img,label-size=2M -dump-acpi .
[ -s NFIT.aml ]
# Here is no QEMU: what is missing, and how it is had.
status 3 vnvdimm doctor >missing
says 'apt-get install' missing

printf '\nthe manual, at 80 columns:'
for page in /usr/share/man/man[157]/vnvdimm*; do
  name=$(basename "$page" .gz)
  MANWIDTH=80 man --warnings "${name%.*}" >page 2>complaints
  [ ! -s complaints ] || { echo "$name:"; cat complaints; exit 1; }
  # What programs print is shown as it is; all else is folded.
  zcat "$page" | sed -n '/^\.Bd -literal/,/^\.Ed/p' | sed 's/\\e/\\/g; s/^\\&//; s/^ *//' >displays
  awk 'length > 80' page | sed 's/^ *//' | grep -vxFf displays >wide || true
  [ ! -s wide ] || { echo "$name:"; cat wide; exit 1; }
  printf ' %s (%s lines)' "$name" "$(wc -l <page)"
done
MANWIDTH=80 man vnvdimm-check | sed -n 1,24p

printf '\nthe tab key:\n'
cat >expected <<'LINES'
vnvdimm-check --qemu-version
vnvdimm-check --arch s390x
vnvdimm-create --size 16G
vnvdimm-label-dump nv.img
vnvdimm-migrate-labels convert
vnvdimm-resize-guard verify
vnvdimm label-dump
vnvdimm check --qemu-version 10.1
vnvdimm emulate --nvdimm nv.img
LINES
shells=(bash zsh)
# What the argument parser writes for fish needs fish 3.4, which Debian 11 has not.
if dpkg --compare-versions "$(dpkg-query -W -f '${Version}' fish)" ge 3.4; then shells+=(fish); fi
for shell in "${shells[@]}"; do
  /usr/bin/zsh -f /tmp/tab.zsh "$shell" '' 'vnvdimm-check --qemu-v' 'vnvdimm-check --arch s' 'vnvdimm-create --size 16' \
    'vnvdimm-label-dump n' 'vnvdimm-migrate-labels conv' 'vnvdimm-resize-guard ver' 'vnvdimm la' \
    'vnvdimm check --qemu-version 10.1' 'vnvdimm emulate --nvdimm n' | sed 's/ *$//' >lines
  sed "s/^/$shell: /" lines
  diff expected lines
done
