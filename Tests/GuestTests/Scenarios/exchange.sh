# A backend moves from our VMM to QEMU and back, each time with its namespaces, their uuids and files.
set -- -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=268566528 \
  -device nvdimm,id=nvdimm1,memdev=mem1,label-size=128K
provision='
  ndctl disable-region all 2>/dev/null
  ndctl init-labels -V 1.2 nmem0 2>/dev/null
  ndctl enable-region all 2>/dev/null
  ndctl create-namespace -m fsdax -n files -s 128M >/dev/null
  ndctl create-namespace -m sector -n table -s 64M >/dev/null
  mkfs.ext4 -q -b 4096 /dev/pmem0
  mount -o dax /dev/pmem0 /mnt
  date >/mnt/date
  umount /mnt'
look='
  mount -o dax /dev/pmem0 /mnt
  sha256sum /mnt/date
  # Only the NVDIMMs of our VMM have a lock.
  ndctl list -DRNi | tr -d " \n" | sed "s/,\"security\":\"disabled\"//"
  echo
  umount /mnt'
for way in 'guest qemu' 'qemu guest'; do
  rm -f a.img
  truncate -s 268566528 a.img
  ${way% *} "$provision; $look" "$@"
  before=$(cat said)
  ${way#* } "$look" "$@"
  says '/mnt/date' '"name":"files"' '"name":"table"'
  expect "answer, from ${way% *} to ${way#* }" "$(cat said)" "$before"
done
