# A DIMM with a passphrase, used with ndctl and the keys of a stock kernel: set, locked at the next start, unlocked with
# the key, frozen, changed, removed; erased and overwritten. The script hands the keys from one guest to the next.
set -- -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
  -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=66M \
  -device nvdimm,id=nvdimm1,memdev=mem1,label-size=2M
vnvdimm-create --quiet --size 64M --namespace raw,name=data a.img
# never PATTERN: ends the scenario if the guest's output has a match.
never() {
  if grep -q -- "$1" said; then
    echo "the guest said: $1"
    exit 1
  fi
}
# The key that encrypts the passphrase, and the commands common to all guests.
common='
  keys=/etc/ndctl/keys
  mkdir -p $keys
  printf %s 0123456789abcdefghijklmnopqrstuv >$keys/nvdimm-master.blob
  state() { ndctl list -Di | tr -d " \n"; }
'
guest "$common"'
  echo kept >/dev/pmem0
  ndctl load-keys
  echo "new $(state)"
  ndctl disable-region all
  ndctl setup-passphrase nmem0 -k user:nvdimm-master
  echo "set $(state)"
  cd $keys
  for blob in nvdimm_*; do echo "blob $blob $(cat "$blob")"; done
' "$@"
grep -q '^new.*"security":"disabled"' said
grep -q '^set.*"security":"unlocked"' said
name=$(sed -n 's/^blob \([^ ]*\) .*/\1/p' said | tr -d '\r')
blob=$(sed -n 's/^blob [^ ]* \(.*\)/\1/p' said | tr -d '\r')
vnvdimm-check a.img >checked || [ $? = 3 ]
grep -q 'note: dimm-locked' checked
vnvdimm-label-dump a.img | grep -q '^condition *health ok, locked$'
unlock="$common"'
  printf %s "'"$blob"'" >"$keys/'"$name"'"
  ndctl load-keys
  echo "before $(state)"
  [ ! -e /dev/pmem0 ] || echo "there is a disk of a locked DIMM"
  ndctl enable-dimm nmem0
  ndctl enable-region all
  echo "after $(state) $(head -n 1 /dev/pmem0 2>/dev/null)"
'
guest '
  echo "locked $(ndctl list -Di | tr -d " \n")"
  [ ! -e /dev/pmem0 ] || echo "there is a disk of a locked DIMM"
  ndctl enable-dimm nmem0 2>&1 || true
  echo "still $(ndctl list -Di | tr -d " \n")"
' "$@"
grep -q '^locked.*"security":"locked"' said
grep -q '^still.*"security":"locked"' said
never 'there is a disk'

guest "$unlock"'
  ndctl disable-region all
  ndctl freeze-security nmem0
  ndctl remove-passphrase nmem0 2>&1 || true
  echo "frozen $(state)"
' "$@"
grep -q '^before.*"security":"locked"' said
grep -q '^after.*"security":"unlocked".* kept' said
grep -q '^frozen.*"security":"unlocked","security_frozen":true' said
never 'there is a disk'

# No longer frozen, and locked again.
guest "$unlock"'
  ndctl disable-region all
  ndctl update-passphrase nmem0
  echo "updated $(state)"
  ndctl remove-passphrase nmem0
  echo "removed $(state)"
' "$@"
grep -q '^after.*"security":"unlocked".* kept' said
grep -q '^updated.*"security":"unlocked"' said
grep -q '^removed.*"security":"disabled"' said

guest "$common"'
  echo "open $(head -n 1 /dev/pmem0)"
  ndctl load-keys
  ndctl disable-region all
  ndctl setup-passphrase nmem0 -k user:nvdimm-master
  ndctl sanitize-dimm --crypto-erase nmem0
  echo "erased $(state)"
  ndctl enable-region all
  echo "left $(cmp -n 67108864 /dev/pmem0 /dev/zero && echo zeros) $(ndctl list | tr -d " \n")"
' "$@"
grep -q '^open kept' said
grep -q '^erased.*"security":"disabled"' said
grep -q '^left zeros.*"name":"data"' said

guest "$common"'
  echo again >/dev/pmem0
  sync
  ndctl disable-region all
  ndctl disable-dimm nmem0
  ndctl sanitize-dimm --overwrite nmem0
  ndctl wait-overwrite nmem0
  ndctl enable-dimm nmem0
  echo "overwritten $(state)"
' "$@"
grep -q '^overwritten.*"security":"disabled"' said
cmp -n $((66 << 20)) a.img /dev/zero

# An option sets the state of a DIMM at each start.
for state in locked unlocked frozen disabled; do
  guest 'echo "start $(ndctl list -Di | tr -d " \n")"' -machine pc,nvdimm=on -m 512M,slots=2,maxmem=2G \
    -object memory-backend-file,id=mem1,share=on,mem-path=a.img,size=66M \
    -device nvdimm,id=nvdimm1,memdev=mem1,label-size=2M,security=$state
  case $state in
  frozen) grep -q '^start.*"security":"unlocked","security_frozen":true' said ;;
  *) grep -q "^start.*\"security\":\"$state\"" said ;;
  esac
done

# Newer kernels use the region of a DIMM that they have unlocked only if they see no hypervisor.
guest 'if grep -q hypervisor /proc/cpuinfo; then echo seen; else echo hidden; fi; sleep 1; echo awake' -cpu host,-hypervisor "$@"
grep -q '^hidden' said
grep -q '^awake' said
