# Three DIMMs of mixed sizes, with and without labels, named out of order: each appears at its slot.
truncate -s 128M a.img
truncate -s 66M b.img
truncate -s 96M c.img
set -- -machine pc,nvdimm=on -m 512M,slots=4,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=128M \
  -object memory-backend-file,id=mem2,share=on,mem-path=b.img,size=66M \
  -object memory-backend-file,id=mem3,share=on,mem-path=c.img,size=96M \
  -device nvdimm,id=nvdimm1,memdev=mem1,slot=2,label-size=128K \
  -device nvdimm,id=nvdimm2,memdev=mem2,slot=0,label-size=2M \
  -device nvdimm,id=nvdimm3,memdev=mem3,slot=3
script='
  for dimm in /sys/bus/nd/devices/nmem*; do
    echo "$(cat $dimm/nfit/handle) $(cat $dimm/nfit/serial) $(ndctl read-labels ${dimm##*/} 2>/dev/null | wc -c)"
  done | sort
  for region in /sys/bus/nd/devices/region*; do
    echo "$(cat $region/resource) $(cat $region/size) $(cat $region/set_cookie)"
  done | sort'
qemu "$script" "$@"
theirs=$(grep 0x said)
guest "$script" "$@"
# Handle, serial number, size of the label area.
expect DIMMs "$(grep 0x said | head -n 3)" "0x1 0x56341200 2097152
0x3 0x58341200 131072
0x4 0x59341200 0"
expect 'DIMMs and regions' "$(grep 0x said)" "$theirs"
