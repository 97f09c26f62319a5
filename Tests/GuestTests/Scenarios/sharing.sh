# share=on: the guest's writes are in the file. share=off: the file, including its labels, is unchanged.
truncate -s 128M a.img
write='
  ndctl disable-region all
  ndctl init-labels -f -V 1.2 nmem0
  ndctl enable-region all
  ndctl create-namespace -m raw
  echo "written in the guest" | dd of=/dev/pmem0 bs=4096 seek=5 conv=fsync 2>/dev/null
  dd if=/dev/pmem0 bs=4096 skip=5 count=1 2>/dev/null | head -n 1'
blank=$(checksum a.img)
guest "$write" -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=off,mem-path=a.img,size=128M \
  -device nvdimm,id=nvdimm1,memdev=mem1,label-size=128K
says 'written in the guest'
expect 'file with share=off' "$(checksum a.img)" "$blank"

guest "$write" -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=128M \
  -device nvdimm,id=nvdimm1,memdev=mem1,label-size=128K
expect 'bytes in the file' "$(dd if=a.img bs=4096 skip=5 count=1 2>/dev/null | head -n 1)" 'written in the guest'
expect 'labels in the file' "$(dd if=a.img bs=4096 skip=32736 count=1 2>/dev/null | head -c 15)" NAMESPACE_INDEX
