# An unarmed DIMM shows that in its flags, and its namespace is read-only.
truncate -s 128M a.img
guest '
  cat /sys/bus/nd/devices/nmem0/nfit/flags
  echo "region read-only: $(cat /sys/bus/nd/devices/region0/read_only)"
  echo "disk read-only: $(cat /sys/block/pmem0/ro)"
' -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=128M \
  -device nvdimm,id=nvdimm1,memdev=mem1,unarmed=on
says not_armed 'region read-only: 1' 'disk read-only: 1'
