#!/bin/bash
# Installs the package of `make deb` on a Debian that was made for it, in a folder without the Swift toolchain, uses it
# as a user without privileges, removes it, and looks for what is left. Needs root, and Debian's archive.
set -euo pipefail
cd "$(dirname "$0")/../.."
package=$(ls "$PWD"/.build/deb/*.deb)
folder=$PWD/.build/deb/clean
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

[ -d "$folder/var/lib/dpkg" ] ||
  debootstrap --variant=minbase --include=man-db,bash-completion,zsh,fish bookworm "$folder" "$mirror" >/dev/null
inside() { chroot "$folder" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb "$@"; }
files() { find "$folder"/{etc,usr,var,opt,root,home} | grep -v -e /var/log -e /var/cache -e /var/lib/dpkg | sort; }

mountpoint -q "$folder/proc" || mount -t proc proc "$folder/proc"
trap 'umount "$folder/proc"' EXIT

# minbase leaves no documentation out, but a container's image may.
rm -f "$folder"/etc/dpkg/dpkg.cfg.d/*docker*
inside useradd --create-home user 2>/dev/null || true
cp /etc/resolv.conf "$folder/etc/resolv.conf"
# What the libraries of the package bring along stays, as it does on any host.
dpkg-deb --field "$package" Depends | sed 's/([^)]*)//g; s/,//g' | xargs chroot "$folder" apt-get install --yes \
  --no-install-recommends >/dev/null
files >"$folder/../before"

cp "$package" "$folder/tmp/"
inside apt-get install --yes --no-install-recommends "/tmp/$(basename "$package")" >/dev/null
cat >"$folder/tmp/use.sh" <<'END'
set -euo pipefail
cd "$(mktemp -d)"
[ "$(id -u)" != 0 ]
! command -v swift
set -x
vnvdimm --version
vnvdimm-create --size 64M --namespace fsdax,name=data nv.img >plan
vnvdimm-check nv.img
vnvdimm-label-dump nv.img
vnvdimm-migrate-labels --to-slot 3 nv.img
vnvdimm-check --slot 3 nv.img
! command -v vnvdimm-resize-guard || vnvdimm-resize-guard plan 128M nv.img
vnvdimm doctor || [ $? = 3 ]
MANWIDTH=80 man vnvdimm-check >page
grep -q 'QEMU' page
[ "$(awk '{ if (length > longest) longest = length } END { print longest }' page)" -le 80 ]
bash -ic 'source /usr/share/bash-completion/bash_completion; _completion_loader vnvdimm-check || true
  complete -p vnvdimm-check' 2>/dev/null
fish -c "complete -C 'vnvdimm-check --qemu-v'" | grep -q -- --qemu-version
zsh -fc 'autoload -U compinit; compinit -D; [ "$_comps[vnvdimm-check]" = _vnvdimm-check ]'
END
inside su user -c 'bash /tmp/use.sh'

inside apt-get purge --yes vnvdimm >/dev/null
rm -f "$folder"/tmp/*.deb "$folder/tmp/use.sh"
files >"$folder/../after"
diff "$folder/../before" "$folder/../after" && echo "removed without trace"
