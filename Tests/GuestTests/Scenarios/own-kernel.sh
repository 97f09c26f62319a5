# A custom kernel without installed modules: the guest has only what is built in, and a message says so. The test
# changes only the release in the image: boot protocol, kernel_version at 0x20E.
[ "$GUEST_VMM" != qemu ] || exit 0
cp /boot/vmlinuz-* own
place=$(od -A n -t u2 -j 526 -N 2 own)
printf 9.9 | dd of=own bs=1 seek=$((place + 512)) conv=notrunc 2>/dev/null
guest 'uname -r; test ! -e /lib/modules; cat /etc/modules; echo done' -m 512M -kernel own
says "done"
says 'no modules of it are installed: the guest has what is built in'

