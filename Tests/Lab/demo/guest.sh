# shellcheck shell=sh
set -eu
ndctl create-namespace -m fsdax -n demo
mkfs.ext4 -q -b 4096 /dev/pmem0
mount -o dax /dev/pmem0 /mnt
date >/mnt/written-by-the-guest
ls -l /mnt
grep pmem0 /proc/mounts
umount /mnt
