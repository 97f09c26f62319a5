# The guest of the demo under our own VMM.
step() {
  printf '\n$ %s\n' "$*"
  "$@"
}
cat >guest.sh <<'END'
@GUEST@
END
step vnvdimm-create --quiet --size 256M demo.img
step vnvdimm emulate --engine kvm --nvdimm demo.img --run guest.sh
step vnvdimm-label-dump demo.img
step vnvdimm-check demo.img
