#!/bin/bash
# ask.sh ROOT FOLDER: prints how the libvirt of the system in ROOT converts each domain FOLDER/*.xml. The first two
# lines give the releases of libvirt and its QEMU; then virsh's output for each domain follows a line that ends with
# its name. Needs root. Nothing is started, and no other process sees the mounts in ROOT.
set -eu
root=${1%/} folder=$2
[ "${3:-}" ] || exec unshare --mount "$0" "$root/" "$folder" unshared
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount --bind /dev "$root/dev"
mount -t tmpfs -o mode=755 domains "$root/mnt"
mkdir "$root/mnt/home"
cp "$folder"/*.xml "$root/mnt"
# Uses the session driver, because the system driver needs a user of its own.
chown -R 65534:65534 "$root/mnt"
cd /
run=(chroot "$root/" setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/mnt/home)
"${run[@]}" virsh --version
"${run[@]}" qemu-system-x86_64 --version | head -n 1
cd "$root/mnt"
printf 'domxml-to-native qemu-argv /mnt/%s\n' *.xml |
  (cd / && "${run[@]}" virsh --quiet --connect 'qemu:///embed?root=/mnt/home') 2>&1
