# With --power-cut, only the data that the guest has flushed survives a power failure; all data survives if the guest
# powers off by itself.
vnvdimm-create --size 48M --namespace fsdax,name=data nv.img | grep -o 'mkfs.ext4 .*' | sh >/dev/null 2>&1
sum=$(seq 20000 | sha256sum)
written='
  mount -o dax,commit=600 /dev/pmem0 /mnt
  seq 20000 | dd of=/mnt/flushed bs=64K conv=fsync 2>/dev/null
  seq 20000 >/mnt/changed
  sync
  # Nothing flushes what goes to a block that the file has.
  echo later | dd of=/mnt/changed conv=notrunc 2>/dev/null
  head -n 1 /mnt/changed'
looked='
  mount -o dax /dev/pmem0 /mnt
  sha256sum </mnt/flushed
  head -n 1 /mnt/changed'

# Killing the VMM cuts the power.
guest "$written; echo written; sleep 1000" -m 512M --power-cut --nvdimm nv.img &
until grep -qs '^written' console; do
  kill -0 $!
  sleep 0.2
done
kill -9 "$(pidof vnvdimm)"
wait $! || true
guest "$looked" -m 512M --nvdimm nv.img
says "$sum" 1

# The guest powers off: all data survives.
guest "$written" -m 512M --power-cut --nvdimm nv.img
guest "$looked" -m 512M --nvdimm nv.img
says "$sum" later
