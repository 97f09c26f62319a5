# A disk fails under a backend: the guest's fsync must not succeed. By default the guest ends, and with werror=report it
# continues; either way, the operator is told at once.
sectors=$(cat /sys/block/vdb/size)
dmsetup create failing --noudevsync --table "0 $sectors linear /dev/vdb 0"
mkdir disk
# writes COUNT: runs a guest that makes data durable COUNT times.
writes() {
  echo '
  for round in $(seq '"$1"'); do
    dd if=/dev/urandom of=/dev/pmem0 bs=4k count=8 conv=fsync 2>/dev/null
    echo durable
    sleep 0.1
  done
  exit 7'
}
for policy in stop report; do
  mkfs.ext4 -q -F /dev/dm-0
  mount /dev/dm-0 disk
  truncate -s 64M disk/a.img
  count=100000
  [ $policy = stop ] || count=60
  status=0
  rm -f console
  guest "$(writes $count)" -m 256M --nvdimm disk/a.img,werror=$policy &
  while ! grep -qs durable console; do
    kill -0 $!
    sleep 0.2
  done
  dmsetup suspend --noudevsync --nolockfs --noflush failing
  dmsetup reload --noudevsync failing --table "0 $sectors error"
  dmsetup resume --noudevsync failing
  wait $! || status=$?
  says "disk/a.img: what the guest wrote cannot be made durable: Input/output error"
  expect "status under werror=$policy" $status 1
  passed=$(sed '1,/cannot be made durable/d' said | grep -c '^durable' || true)
  if [ $policy = stop ]; then
    expect 'flushes that passed for durable' "$passed" 0
  else
    test "$passed" -gt 0
    says 'disk/a.img: not all of it is durable: Input/output error'
  fi
  umount disk
  dmsetup suspend --noudevsync --nolockfs --noflush failing
  dmsetup reload --noudevsync failing --table "0 $sectors linear /dev/vdb 0"
  dmsetup resume --noudevsync failing
done
dmsetup remove --noudevsync failing
