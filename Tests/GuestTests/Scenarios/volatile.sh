# A DIMM in RAM: labels and data persist only while the guest runs.
guest '
  ndctl disable-region all
  ndctl init-labels -f -V 1.2 nmem0
  ndctl enable-region all
  ndctl create-namespace -m raw
  echo "written in the guest" | dd of=/dev/pmem0 bs=4096 conv=fsync 2>/dev/null
  dd if=/dev/pmem0 bs=4096 count=1 2>/dev/null | head -n 1
' -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
  -object memory-backend-ram,id=mem1,size=128M -device nvdimm,id=nvdimm1,memdev=mem1,label-size=128K
says 'written in the guest'
