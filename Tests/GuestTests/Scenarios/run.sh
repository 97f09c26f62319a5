# The output of a guest's script is emulate's output, byte for byte, with errors kept separate, and its status is
# emulate's, on both engines, whatever the kernel prints meanwhile. A guest that hangs ends at its time limit.
[ "$GUEST_VMM" != qemu ] || exit 0
# shellcheck disable=SC1091
. /mnt/shells/section.sh
vnvdimm-create --quiet --size 64M --namespace fsdax a.img
cat >steps.sh <<'END'
echo 'from the kernel' >/dev/kmsg
head -c 20000 /dev/urandom >/tmp/bytes
cat /tmp/bytes
sha256sum </tmp/bytes >&2
ndctl list -N >&2
exit 7
END
for engine in kvm qemu; do
  status=0
  vnvdimm emulate --engine $engine --nvdimm a.img -m 256M --run steps.sh >output 2>errors </dev/null || status=$?
  cat errors
  expect status "$status" 7
  expect bytes "$(sha256sum <output)" "$(head -n 1 errors)"
  expect 'first word of ndctl' "$(sed -n 2p errors)" '['
  grep -q '"mode":"fsdax"' errors
  expect 'end of the errors' "$(tail -n 1 errors)" ']'
  status=0
  vnvdimm emulate --engine $engine -m 256M --timeout 30 --run 'echo ready; sleep 1000' >said 2>errors </dev/null || status=$?
  cat said errors
  expect status "$status" 124
  expect output "$(cat said)" ready
  grep -q 'guest: did not end in time (expected: within 30 seconds)' errors
done
