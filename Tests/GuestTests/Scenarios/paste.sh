# Input typed faster than the guest reads arrives complete and in order: 4 KiB at once to a program that reads raw, and
# to a shell that changes the modes of its terminal with every line.
head -c 3072 /dev/urandom | base64 -w 0 >text
expect 'length of the text' "$(wc -c <text)" 4096
printf '%s\n' 'stty raw -echo' 'echo ready' 'head -c 65536 >/tmp/text' 'stty sane' 'echo "sum $(sha256sum </tmp/text)"' >script
start_typing vnvdimm emulate --engine kvm -m 512M -smp 2 --run script
await ready
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do cat text; done >all
cat all >&3
stop_typing
expect status "$status" 0
expect sum "$(tr -d '\r' <said | sed -n 's/^sum //p')" "$(sha256sum <all)"

start_typing vnvdimm emulate --engine kvm -m 512M -smp 2 -no-reboot
await '/ #'
# Each round is sent at once: empty lines, then a long command.
rounds=30
for round in $(seq $rounds); do
  { yes '' | head -n 40 || :; echo "echo abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 | md5sum; : $round"; } >&3
  sleep 0.3
done
echo 'reboot -f' >&3
stop_typing
expect status "$status" 0
sum=$(echo 'abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789' | md5sum)
expect 'lines that arrived' "$(tr -d '\r' <said | grep -cF "$sum")" $rounds
