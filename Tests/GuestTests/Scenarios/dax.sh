# ext4 mounts with DAX on an fsdax namespace, and a file survives a remount and a reboot.
truncate -s $((256 * 1024 + 128))K a.img
set -- -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=268566528 \
  -device nvdimm,id=nvdimm1,memdev=mem1,label-size=128K
sum=$(seq 1 100000 | sha256sum)
guest '
  ndctl create-namespace -f -e namespace0.0 -m fsdax
  mkfs.ext4 -q -b 4096 /dev/pmem0
  mount -o dax /dev/pmem0 /mnt
  grep pmem0 /proc/mounts
  seq 1 100000 >/mnt/numbers
  umount /mnt
  mount -o dax /dev/pmem0 /mnt
  sha256sum </mnt/numbers
  umount /mnt
' "$@"
says 'dax=always' "$sum"
guest 'mount -o dax /dev/pmem0 /mnt; sha256sum </mnt/numbers' "$@"
says "$sum"
