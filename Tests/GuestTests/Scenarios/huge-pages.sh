# A backend on hugetlbfs is divided as by QEMU and mapped in its pages, and RAM uses the host's huge pages.
reserve_huge_pages 40
mkdir huge
mount -t hugetlbfs none huge
truncate -s 64M huge/a.img
set -- -machine pc,nvdimm=on -m 256M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=huge/a.img,size=64M \
  -device nvdimm,id=nvdimm1,memdev=mem1,label-size=128K
region='echo "$(cat /sys/bus/nd/devices/region0/resource) $(cat /sys/bus/nd/devices/region0/size)"'
qemu "$region" "$@"
theirs=$(grep ^0x said)
guest "$region; dd if=/dev/zero of=/dev/pmem0 bs=1M count=32 conv=fsync 2>/dev/null; echo ready; sleep 600" "$@" &
while ! grep -qs ^ready console; do
  kill -0 $!
  sleep 0.2
done
expect region "$(tr -d '\r' <console | grep ^0x)" "$theirs"
process=$(grep -l "$PWD/huge/a.img" /proc/[0-9]*/maps 2>/dev/null | cut -d / -f 3 | head -n 1)
grep -A 20 huge/a.img "/proc/$process/smaps" | tee mapping
grep -q 'KernelPageSize: *2048 kB' mapping
# At least one huge page of the RAM; usually nearly all of it.
awk '/AnonHugePages/ { sum += $2 } END { print sum " KiB in huge pages"; exit sum < 2048 }' "/proc/$process/smaps"
kill "$process"
wait $! || true
umount huge || true
