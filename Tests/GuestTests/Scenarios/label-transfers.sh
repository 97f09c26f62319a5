# To read a whole label area of 128 KiB, the guest makes at most four calls of the device, against more than thirty with
# QEMU's. To write one, which ndctl begins with reading it, takes a quarter of QEMU's calls.
truncate -s 128M a.img
set -- -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=128M \
  -device nvdimm,id=nvdimm1,memdev=mem1,label-size=128K
count='
  mount -t debugfs debugfs /sys/kernel/debug
  ndctl disable-region all
  ndctl init-labels -V 1.2 -f nmem0
  echo "module nfit +p" >/sys/kernel/debug/dynamic_debug/control
  calls() { dmesg -c | grep -cE "nmem0 cmd: ([456]:|[gs]et_config)"; }
  dmesg -c >/dev/null
  ndctl read-labels -o area nmem0
  echo "reading $(calls)"
  ndctl write-labels -i area nmem0
  echo "writing $(calls)"
  ndctl check-labels nmem0'
qemu "$count" "$@"
test "$(sed -n 's/^reading //p' said)" -gt 30
theirs=$(sed -n 's/^writing //p' said)
guest "$count" "$@"
test "$(sed -n 's/^reading //p' said)" -le 4
test $(($(sed -n 's/^writing //p' said) * 4)) -le "$theirs"
