# NVDIMMs are plugged into a running guest: one, then seven, with labels and without. The guest sees each, writes to
# each, and finds all of them again after a reboot. When slots and room run out, the messages are QEMU's. Regions have
# 32 MiB; those with labels have 128 KiB more behind them.
labelled=33685504
# The guest's script before and after the reboot: it waits for the NVDIMMs, writes the handle of its slot to every DIMM,
# and reboots.
cat >script <<'SCRIPT'
set -eu
count() { ls -d /sys/bus/nd/devices/nmem* 2>/dev/null | wc -l; }
await() { for _ in $(seq 300); do [ "$(count)" -ge "$1" ] && return; sleep 0.1; done; echo "no $1 DIMMs"; poweroff -f; }
await_block() { for _ in $(seq 300); do [ -b "/dev/pmem$1" ] && return; sleep 0.1; done; echo "no pmem$1"; poweroff -f; }
handle() { # pmemN: the handle of its DIMM
  dimm=$(cut -d, -f1 "/sys/bus/nd/devices/region${1#pmem}/mapping0")
  cat "/sys/bus/nd/devices/$dimm/nfit/handle"
}
list() { ndctl list -DR | tr -d ' \n'; echo; }
await 1; await_block 0
if head -c 7 /dev/pmem0 | grep -q written; then
  echo "second life with $(count)"
  await 9; await_block 8
  for n in 0 1 2 3 4 5 6 7 8; do
    [ "$(head -n 1 /dev/pmem$n)" = "written $(handle pmem$n)" ] || { echo "pmem$n: $(head -n 1 /dev/pmem$n)"; poweroff -f; }
  done
  echo "second list $(list)"
  echo done
  poweroff -f
fi
echo "first life with $(count)"
echo 'give one'
await 2; await_block 1
echo 'give seven'
await 9; await_block 8
for n in 0 1 2 3 4 5 6 7 8; do
  printf 'written %s\n' "$(handle pmem$n)" | dd of=/dev/pmem$n bs=4096 conv=sync,fsync 2>/dev/null
done
echo "first list $(list)"
reboot -f
SCRIPT
{ cat /mnt/guest.cpio && echo script | cpio -o -H newc 2>/dev/null; } >guest.cpio
for n in 0 2 4 6; do truncate -s $labelled "nv$n.img"; done
for n in 1 3 5 7; do truncate -s 32M "nv$n.img"; done
mkfifo keys
timeout 200 vnvdimm emulate --engine kvm -machine pc,nvdimm=on -m 512M,slots=9,maxmem=1G -smp 2 \
  -object memory-backend-file,id=mem0,share=on,mem-path=nv0.img,size=$labelled \
  -device nvdimm,id=nv0,memdev=mem0,label-size=128K \
  -kernel /boot/vmlinuz-* -initrd guest.cpio -append 'console=ttyS0 quiet no_timer_check panic=-1 cryptomgr.notests' \
  -serial file:said -monitor stdio <keys >messages 2>&1 &
vmm=$!
exec 3>keys
# monitor COMMAND...: sends commands to the monitor.
monitor() { printf '%s\n' "$@" >&3; }
await() {
  until grep -qF -- "$1" said 2>/dev/null; do
    kill -0 $vmm || { cat said messages; exit 1; }
    sleep 0.2
  done
}
# answered TEXT: waits for a line of the monitor.
answered() {
  for _ in $(seq 100); do grep -qF -- "$1" messages && return; sleep 0.1; done
  cat messages
  echo "the monitor did not answer: $1"
  exit 1
}
await 'give one'
monitor 'object_add memory-backend-file,id=mem1,share=on,mem-path=nv1.img,size=32M' \
  'device_add nvdimm,id=nv1,memdev=mem1' 'device_add nvdimm,id=nv1x,memdev=mem1' 'device_add nvdimm,id=nv1,memdev=mem1'
answered "Error: can't use already busy memdev: mem1"
answered "Error: Duplicate device ID 'nv1'"
await 'give seven'
# More than there is room for, then seven that fit, one of which is created on the spot, as QEMU does.
monitor 'object_add memory-backend-ram,id=big,size=512M' 'device_add nvdimm,id=big,memdev=big'
answered 'Error: not enough space, currently 0x4000000 in use of total space for memory devices 0x20000000'
monitor 'object_del big'
for n in 2 3 4 5 6 7; do
  size=32M
  labels=''
  if [ $((n % 2)) = 0 ]; then
    size=$labelled
    labels=',label-size=128K'
  fi
  monitor "object_add memory-backend-file,id=mem$n,share=on,mem-path=nv$n.img,size=$size" \
    "device_add nvdimm,id=nv$n,memdev=mem$n$labels"
done
monitor "object_add memory-backend-file,id=mem8,share=on,mem-path=nv8.img,size=$labelled" \
  'device_add nvdimm,id=nv8,memdev=mem8,label-size=128K' \
  'object_add memory-backend-ram,id=mem9,size=4M' 'device_add nvdimm,id=nv9,memdev=mem9' \
  'device_del nv1' 'object_del mem1' 'info memory_size_summary'
answered 'Error: no free slots available'
answered 'Error: nvdimm device hot unplug is not supported yet.'
answered "Error: object 'mem1' is in use, can not be deleted"
answered 'plugged memory: 301989888'
status=0
wait $vmm || status=$?
exec 3>&-
tr -d '\r' <said >lines
cat lines messages
expect status $status 0
grep -qx 'first life with 1' lines
grep -qx 'second life with 9' lines
grep -qx 'done' lines
# Linux numbers the DIMMs by their handles after a reboot, and plugged ones in the order of plugging; here both orders
# are the same.
expect 'list after the reboot' "$(sed -n 's/^second list //p' lines)" "$(sed -n 's/^first list //p' lines)"
for n in 0 1 2 3 4 5 6 7 8; do
  expect "backend $n" "$(head -n 1 "nv$n.img")" "written 0x$((n + 1))"
done
