# Media errors that nobody has told the guest about, met by its processors: a kernel with machine checks ends the program
# that reads one, and goes on; good lines of the same page can be read, whatever the instruction; a write through the
# driver mends the error.
[ "$GUEST_VMM" != qemu ] || exit 0
vnvdimm-create --quiet --size 64M --namespace fsdax,name=data a.img
guest '
  grep -q "^flags.* mce .* mca " /proc/cpuinfo
  mkfs.ext4 -q -b 4096 /dev/pmem0
  mount -o dax /dev/pmem0 /mnt
  file=/mnt/numbers
  seq -w 1 200000 >$file
  # Nobody is told.
  inject() { ndctl inject-error -N -B "$(map-reader $file $1:sector)" -n 1 namespace0.0 >/dev/null; }
  # The other processor has something to do.
  (while :; do :; done) &
  page=16
  for how in mov movsb paddb; do
    page=$((page + 16)) bad=$((page * 4096 + 1024))
    good() { map-reader $file $((bad - 512)):$how $((bad + 512)):$how $((bad - 32)):$how; }
    before=$(good)
    inject $bad
    [ "$(good)" != "$before" ] || echo "good $how"
    map-reader $file $bad:$how | sed "s/^/bad /"
    dd if=$file of=/dev/null bs=512 skip=$((bad / 512)) count=1 2>&1 | grep -i error || echo "no error"
    dd if=/dev/zero of=$file bs=4096 seek=$page count=1 conv=notrunc 2>/dev/null
    map-reader $file $bad:$how | sed "s/^/mended /"
  done
  echo "left $(cat /sys/block/pmem0/badblocks | tr "\n" ";")"
  kill $!
  umount /mnt
' -kernel /mnt/checks.kernel -initrd /mnt/checks.cpio -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=66M \
  -device nvdimm,id=nvdimm1,memdev=mem1,label-size=2M -smp 2
page=16
for how in mov movsb paddb; do
  page=$((page + 16)) bad=$((page * 4096 + 1024))
  # BUS_MCEERR_AR, by pages.
  says "good $how" "bad $bad:$how: SIGBUS 4 at $(printf %#x $((page * 4096))), 4096 bytes" "mended $bad:$how: 0"
done
expect 'reads that failed' "$(grep -ci 'input/output error' said)" 3
grep -q '^left *$' said
