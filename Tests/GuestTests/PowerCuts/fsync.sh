# Data that a guest makes durable through a DAX mount always survives a power failure of the host with flush hints, and
# is lost at least once without them. Every boot looks for the data of the previous boot, and all but the last boot
# write new data.
disk=/dev/vdb
count=3
guest_limit=200
# No data reaches the disk because of its age; only an explicit flush writes it.
echo 360000 >/proc/sys/vm/dirty_expire_centisecs
mkdir disk
[ "$BOOT" -gt 1 ] || mkfs.ext4 -q $disk
mount $disk disk

slot=0
set -- -m 512M
for hint in on off; do
  for number in $(seq $count); do
    backend=disk/$hint$number.img
    if [ "$BOOT" = 1 ]; then
      # Its output gives the command that makes a file system in the namespace.
      vnvdimm-create --slot $slot --size 48M --namespace "fsdax,name=$hint$number" "$backend" |
        grep -o 'mkfs.ext4 .*' | sh >/dev/null 2>&1
    fi
    set -- "$@" --nvdimm "$backend",label-size=2M,flush-hint=$hint,slot=$slot
    slot=$((slot + 1))
  done
done
sync

mounted='
  for disk in /sys/block/pmem*; do
    name=$(cat /sys/bus/nd/devices/$(cat $disk/device/namespace)/alt_name)
    mkdir /mnt/$name
    mount -o dax /dev/${disk##*/} /mnt/$name
  done
'
# contents NUMBER: prints the data of boot NUMBER.
contents() {
  echo "$1"
  seq 20000
}
if [ "$BOOT" -gt 1 ]; then
  sum=$(contents $((BOOT - 1)) | sha256sum)
  guest "$mounted
    for folder in /mnt/*; do
      if sha256sum <\$folder/file | grep -qF '$sum'; then
        echo \${folder##*/} kept
      else
        echo \${folder##*/} lost
      fi
    done" "$@"
  expect 'files kept with flush hints' "$(grep -c '^on. kept' said)" $count
  [ "$(grep -c '^off. lost' said)" -gt 0 ] || {
    echo 'nothing was lost without flush hints either: this test shows nothing'
    exit 1
  }
fi
[ "$BOOT" -lt "$BOOTS" ] || exit 0

guest "$mounted"'
  for folder in /mnt/*; do
    { echo '"$BOOT"'; seq 20000; } | dd of=$folder/file bs=64K conv=fsync 2>/dev/null
  done
  echo written
  sleep 1000
' "$@" &
while ! grep -qs "^written" console; do
  kill -0 $!
  sleep 0.1
done
await_power_cut
