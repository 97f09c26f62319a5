# The tour of README ends with a guest that finds the namespaces of its first command.
# shellcheck disable=SC1091
. /mnt/shells/section.sh
sed -n 's/^\$ vnvdimm-create --size 256M/&/p; /look\.sh/p' /mnt/README.md >tour
expect commands "$(grep -c . tour)" 3
sh /mnt/shells/transcript.sh tour | tr -d '\r' | tee said
says '"name":"data"' '/dev/pmem0' '/dev/pmem0.1s'
