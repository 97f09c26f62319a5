# Two nodes with RAM, CPUs and NVDIMMs of their own: the guest sees them as under QEMU. Then as many slots as there can
# be, with the smallest NVDIMM in the first and one larger than the host's memory in the last.
truncate -s 64M a.img
truncate -s 64M b.img
set -- -machine pc,nvdimm=on -m 512M,slots=4,maxmem=2G -smp 2 \
  -object memory-backend-ram,id=ram0,size=384M -object memory-backend-ram,id=ram1,size=128M \
  -numa node,memdev=ram0,cpus=1 -numa node,memdev=ram1,cpus=0 \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=64M \
  -object memory-backend-file,id=mem2,share=on,mem-path=b.img,size=64M \
  -device nvdimm,id=a,memdev=mem1,node=1 -device nvdimm,id=b,memdev=mem2,node=0
script='
  for region in /sys/bus/nd/devices/region*; do
    echo "region $(cat $region/resource) $(cat $region/numa_node)"
  done | sort
  for node in /sys/devices/system/node/node?; do
    echo "${node##*/} $(cat $node/cpulist) $(($(sed -n "s/.*MemTotal: *\([0-9]*\) kB/\1/p" $node/meminfo) / 65536))"
  done'
qemu "$script" "$@"
theirs=$(grep -E '^(region|node)' said)
guest "$script" "$@"
expect nodes "$(grep -E '^(region|node)' said)" "$theirs"
grep -q 'region 0x100000000 1' said

truncate -s 4K small.img
truncate -s 8G large.img
guest '
  ls /sys/bus/nd/devices | grep -c nmem
  for region in /sys/bus/nd/devices/region*; do echo "$(cat $region/size) bytes"; done
  [ -b /dev/pmem1 ]
  echo written | dd of=/dev/pmem1 bs=4096 conv=sync,fsync seek=2097151 2>/dev/null' \
  -machine pc,nvdimm=on -m 512M,slots=256,maxmem=16G \
  -object memory-backend-file,id=mem1,share=on,mem-path=small.img,size=4K \
  -object memory-backend-file,id=mem2,share=on,mem-path=large.img,size=8G \
  -device nvdimm,memdev=mem1,slot=0 -device nvdimm,memdev=mem2,slot=255
says '4096 bytes' '8589934592 bytes'
expect 'last page' "$(dd if=large.img bs=4096 skip=2097151 2>/dev/null | head -n 1)" written
