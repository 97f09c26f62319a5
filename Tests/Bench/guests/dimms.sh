# shellcheck shell=sh
# Many NVDIMMs: the way to the last /dev/pmem.
for number in 16 64 256; do
  archive "until [ \$(ls /dev/pmem* 2>/dev/null | wc -l) -ge $number ]; do :; done; echo '[pmem]'; sleep 60"
  devices=''
  index=0
  while [ $index -lt $number ]; do
    truncate -s 16M b$index.img
    devices="$devices -object memory-backend-file,id=m$index,share=on,mem-path=b$index.img,size=16M"
    devices="$devices -device nvdimm,id=n$index,memdev=m$index"
    index=$((index + 1))
  done
  count=0
  while [ $count -lt $repetitions ]; do
    count=$((count + 1))
    # shellcheck disable=SC2086
    watch dimms-$number vnvdimm pmem vnvdimm emulate --engine kvm -machine q35,nvdimm=on -m 512M,slots=256,maxmem=32G \
      $devices -kernel "$kernel" -initrd guest.cpio -append "$ours"
    # shellcheck disable=SC2046,SC2086
    watch dimms-$number qemu pmem $(peer) -m 512M,slots=256,maxmem=32G $devices -kernel "$kernel" \
      -initrd guest.cpio -append "$ours"
  done
done
