# A DIMM with media errors and bad health, seen with ndctl on a stock kernel. Errors are injected from the guest and
# from outside, reported, found by a scrub, and cleared. They persist from one guest to the next, and so does the count
# of killed guests.
set -- -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=256M \
  -device nvdimm,id=nvdimm1,memdev=mem1,label-size=128K
truncate -s 256M a.img
# never PATTERN: ends the scenario if the guest's output has a match.
never() {
  if grep -q -- "$1" said; then
    echo "the guest said: $1"
    exit 1
  fi
}
guest '
  list() { ndctl list -M "$@" | tr -d " \n"; }
  ndctl disable-region all
  ndctl init-labels -f nmem0
  ndctl enable-region all
  ndctl create-namespace -m raw
  echo "before $(list)"
' "$@"
[ ! -e .a.img.vnvdimm-dimm ] || {
  echo 'nothing was asked for, and a file was made'
  exit 1
}

guest '
  list() { ndctl list -M "$@" | tr -d " \n"; }
  ndctl inject-error -B 8 -n 2 namespace0.0 >/dev/null
  ndctl wait-scrub
  echo "told $(list)"
  dd if=/dev/pmem0 of=/dev/null bs=512 skip=8 count=1 2>/dev/null && echo "a bad block was read"
  ndctl inject-error --status namespace0.0 | tr -d " \n"; echo
  ndctl inject-error -N -B 64 -n 1 namespace0.0 >/dev/null
  echo "not told $(list)"
  ndctl start-scrub >/dev/null; ndctl wait-scrub >/dev/null
  echo "scrubbed $(list)"
  dd if=/dev/zero of=/dev/pmem0 bs=4096 seek=1 count=1 oflag=direct 2>/dev/null
  echo "written $(list)"
  ndctl clear-errors namespace0.0 >/dev/null
  echo "cleared $(list)"
  ndctl inject-error -B 800 -n 1 namespace0.0 >/dev/null
  ndctl wait-scrub >/dev/null
' "$@"
says '"badblocks":[{"offset":8,"length":2,"dimms":["nmem0"]}]' '{"badblocks":[{"block":8,"count":2}]}'
grep -q '^not told.*"offset":8' said
never '^not told.*"offset":64'
grep -q '^scrubbed.*"offset":64,"length":1' said
grep -q '^written.*"offset":64' said
never '^written.*"offset":8,'
never '^cleared.*badblocks'
never 'a bad block was read'

# The next guest finds the errors that the last one left; SMART values can be injected, and are reported.
guest '
  list() { ndctl list "$@" | tr -d " \n"; }
  ndctl wait-scrub >/dev/null
  echo "kept $(list -M)"
  echo "health $(list -DH)"
  ndctl monitor -l /tmp/log -d nmem0 -p 1 & sleep 1
  ndctl inject-smart -m 90 -s 5 nmem0 >/dev/null
  echo "injected $(list -DH)"
  sleep 2
  echo "monitor $(tr -d "\n" </tmp/log)"
  ndctl inject-smart --media-temperature-uninject --spares-uninject nmem0 >/dev/null
  ndctl inject-smart -f nmem0 >/dev/null
  echo "fatal $(list -DH)"
  ndctl inject-smart -F nmem0 >/dev/null
' "$@"
grep -q '^kept.*"badblocks":\[{"offset":800,"length":1,' said
grep -q '^health.*"health_state":"ok".*"shutdown_state":"clean","shutdown_count":0' said
grep -q '^injected.*"temperature_celsius":90.*"spares_percentage":5' said
grep -q '^monitor.*"dimm-media-temperature".*true' said
grep -q '^fatal.*"health_state":"fatal"' said

# An image is staged, and runs from the next guest on.
guest '
  list() { ndctl list -DF | tr -d " \n"; }
  ndctl wait-scrub >/dev/null
  echo "old $(list)"
  { printf "\005\002\0\0\0\0\0\0"; head -c 200000 /dev/urandom; } >/tmp/image
  ndctl update-firmware -f /tmp/image nmem0 2>&1 | tr -d " \n"
  echo " staged $(list)"
  ndctl update-firmware -f /tmp/image nmem0 2>&1 | tr "\n" " "
' "$@"
grep -q '^old.*"firmware":{"current_version":1,"can_update":true}' said
grep -q 'updated1nmem.* staged.*"firmware":{"current_version":1,"can_update":true,"next_version":517,.*"need_powercycle":true}' said
says 'nmem0: busy with another firmware update' 'updated 0 nmem'
vnvdimm-label-dump a.img | grep -q '^condition .*firmware 0x205'
guest '
  list() { ndctl list -DF | tr -d " \n"; }
  ndctl wait-scrub >/dev/null
  echo "new $(list)"
  head -c 200000 /dev/zero | tr "\0" "\377" >/tmp/image
  ndctl update-firmware -f /tmp/image nmem0 2>&1 | tr "\n" " "
  head -c 200000 /dev/zero >/tmp/image
  ndctl update-firmware -f /tmp/image nmem0 >/dev/null 2>&1
  echo "next $(list)"
' "$@"
grep -q '^new.*"firmware":{"current_version":517,"can_update":true}' said
says 'nmem0: firmware image rejected'
grep -q 'nmem\. next.*"current_version":517,"can_update":true,"next_version":518' said

# A VMM that is killed leaves a dirty shutdown.
guest 'echo running; sleep 100' "$@" &
until grep -q running console; do sleep 0.2; done
kill -9 "$(pidof vnvdimm)"
wait $! || true
guest 'ndctl list -DH | tr -d " \n"' "$@"
says '"shutdown_state":"dirty","shutdown_count":1'
