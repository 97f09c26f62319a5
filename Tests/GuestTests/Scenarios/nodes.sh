# Two nodes with their own RAM, CPUs and NVDIMMs: the guest sees them as under QEMU. Then the largest number of slots,
# with the smallest NVDIMM in the first, one larger than the host's memory in the last, and between them one that takes
# half of the guest addresses possible on this host. They have labels, because Linux keeps a page structure for every
# page of a namespace.
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
    echo "${node##*/} $(cat $node/cpulist) $(ls -d $node/memory[0-9]* | wc -l) blocks"
  done'
qemu "$script" "$@"
theirs=$(grep -E '^(region|node)' said)
guest "$script" "$@"
expect nodes "$(grep -E '^(region|node)' said)" "$theirs"
says 'region 0x104000000 1' 'node1 1 3 blocks'

truncate -s 4K small.img
truncate -s 8G large.img
vnvdimm-create --quiet --file-size 512G --label-size 128K huge.img
guest '
  ls /sys/bus/nd/devices | grep -c nmem
  for region in /sys/bus/nd/devices/region*; do echo "$(cat $region/size) bytes"; done
  echo written | dd of=$(ls -d /dev/pmem[0-9]*) bs=4096 conv=sync,fsync seek=2097151 2>/dev/null' \
  -machine pc,nvdimm=on -m 512M,slots=256,maxmem=600G \
  -object memory-backend-file,id=mem1,share=on,mem-path=small.img,size=4K \
  -object memory-backend-file,id=mem2,share=on,mem-path=huge.img,size=512G \
  -object memory-backend-file,id=mem3,share=on,mem-path=large.img,size=8G \
  -device nvdimm,memdev=mem1,slot=0 -device nvdimm,memdev=mem2,slot=100,label-size=128K -device nvdimm,memdev=mem3,slot=255
says '4096 bytes' '549755682816 bytes' '8589934592 bytes'
expect 'last page' "$(dd if=large.img bs=4096 skip=2097151 2>/dev/null | head -n 1)" written
