# shellcheck shell=sh
# The guest of the demo, guest.sh, under our own VMM. Runs in the lab.
step() {
  printf '\n$ %s\n' "$*"
  "$@"
}
step vnvdimm-create --quiet --size 256M demo.img
step vnvdimm emulate --engine kvm --nvdimm demo.img,label-size=2M --run guest.sh
step vnvdimm-label-dump demo.img
step vnvdimm-check demo.img
