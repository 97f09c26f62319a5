# A backend grows between two boots: the guest finds its namespaces with their data, and room for another one. Then the
# backend shrinks again.
vnvdimm-create --quiet --size 128M --label-size 2M --namespace fsdax,size=64M,name=files \
  --namespace sector,size=64M,name=table a.img

# options SIZE: prints the options of a machine with the backend.
options() {
  echo -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
    -object "memory-backend-file,id=mem1,share=on,mem-path=a.img,size=$1" \
    -device nvdimm,id=nvdimm1,memdev=mem1,label-size=2M
}
look='
  mount -o dax /dev/pmem0 /mnt
  sha256sum /mnt/numbers
  umount /mnt
  dd if=/dev/pmem0.1s bs=4096 count=200 2>/dev/null | sha256sum
  ndctl list -N'
more='
  echo more
  ndctl create-namespace -m fsdax -s 64M -n more >made
  cat made
  ndctl destroy-namespace -f "$(sed -n "s/.*\"dev\":\"\(.*\)\".*/\1/p" made)"'
# shellcheck disable=SC2046
guest "
  mkfs.ext4 -q -b 4096 /dev/pmem0
  mount -o dax /dev/pmem0 /mnt
  seq 1 100000 >/mnt/numbers
  umount /mnt
  seq 1 100000 | dd of=/dev/pmem0.1s bs=4096 conv=fsync 2>/dev/null
  $look" $(options 130M)
before=$(cat said)

vnvdimm-resize-guard seal --quiet a.img
vnvdimm-resize-guard apply a.img +64M --quiet
vnvdimm-resize-guard verify --quiet --size 194M a.img
status=0
vnvdimm-resize-guard verify --quiet --size 130M a.img || status=$?
expect 'status for the old size' "$status" 2
for vmm in guest qemu; do
  # shellcheck disable=SC2046
  $vmm "$look; $more" $(options 194M)
  expect 'namespaces and their data' "$(sed '/^more/,$d' said)" "$before"
  says '"name":"more"'
done
vnvdimm-resize-guard seal --quiet a.img
vnvdimm-resize-guard apply a.img -64M --quiet --allow-shrink
# shellcheck disable=SC2046
guest "$look" $(options 130M)
expect 'namespaces and their data' "$(cat said)" "$before"
