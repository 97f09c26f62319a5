#!/bin/bash
# Installs the package of `make deb` on a Debian that was made for it, in a folder without the Swift toolchain, uses it
# there as a user without privileges (use.sh, tab.zsh), removes it, and looks for what is left. Needs root, debootstrap
# and Debian's archive. The Debian is kept for the next time. Its argument is the suite, such as trixie.
set -euo pipefail
cd "$(dirname "$0")/../../.."
package=$(ls "$PWD"/.build/deb/*.deb)
suite=${1:-bookworm}
folder=$PWD/.build/deb/$suite
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

if [ ! -d "$folder" ]; then
  echo "a Debian in $folder: some minutes"
  rm -rf "$folder.new"
  debootstrap --variant=minbase --include=man-db,bash-completion,zsh,fish "$suite" "$folder.new" "$mirror" >/dev/null
  mv "$folder.new" "$folder"
fi
inside() { chroot "$folder" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb "$@"; }
# Every file but those that dpkg, apt, man and fish keep for themselves; and what they know of the package.
files() {
  (cd "$folder" && find bin etc home lib opt root sbin srv tmp usr var -xdev ! -type d -printf '%p %y %s %l\n') |
    grep -v -E '^var/(log|cache|lib/(dpkg|apt))/|^home/user/.cache/fish/|^etc/resolv.conf|^tmp/(fish|tmp[.])' | sort
  inside dpkg-query -W 2>/dev/null | grep vnvdimm || true
  find "$folder"/var/lib/dpkg -name '*vnvdimm*'
}
step() { printf '\n== %s\n' "$*"; }

unmounted() { umount --lazy "$folder/dev/pts" "$folder/proc" 2>/dev/null || true; }
unmounted
trap unmounted EXIT
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$folder/dev/pts"
ln -sf pts/ptmx "$folder/dev/ptmx"

# minbase leaves no documentation out, but a container's image may.
rm -f "$folder"/etc/dpkg/dpkg.cfg.d/*docker*
inside useradd --create-home --shell /bin/bash user 2>/dev/null || true
touch "$folder/home/user/.zshrc"
rm -rf "$folder"/tmp/* "$folder/home/user/.bash_history"
cp /etc/resolv.conf "$folder/etc/resolv.conf"
inside apt-get purge --yes vnvdimm >/dev/null 2>&1 || true
# What the libraries of the package bring along stays, as it does on any host.
dpkg-deb --field "$package" Depends | sed 's/([^)]*)//g; s/,//g' | xargs chroot "$folder" apt-get install --yes \
  --no-install-recommends >/dev/null
if inside sh -c 'command -v swift || find / -xdev -name "libswift*"' | grep .; then exit 1; fi
files >"$folder.before"

step 'the package is installed'
cp "$package" "$folder/tmp/"
inside apt-get install --yes --no-install-recommends "/tmp/$(basename "$package")" >/dev/null
# shellcheck disable=SC2016
inside dpkg-query -W -f '${Package} ${Version}, ${Installed-Size} KiB, depends on ${Depends}\n' vnvdimm

step 'where /proc is not mounted, a program has its arguments all the same'
inside vnvdimm-check --version
inside vnvdimm create --version

mount -t proc proc "$folder/proc"
cp Sources/Packaging/deb/use.sh Tests/Shells/tab.zsh "$folder/tmp/"
step 'a user without privileges'
inside su --login user -c 'bash /tmp/use.sh'

step 'it replaces 0.1.0, which had a file for each program'
inside apt-get remove --yes vnvdimm >/dev/null
old=$folder/tmp/old
dpkg-deb --raw-extract "$package" "$old"
sed -i 's/^Version:.*/Version: 0.1.0/' "$old/DEBIAN/control"
for program in "$old"/usr/bin/*; do
  if [ -L "$program" ]; then rm "$program" && cp "$old/usr/bin/vnvdimm" "$program"; fi
done
dpkg-deb --root-owner-group -Zgzip -z1 --build "$old" "$folder/tmp/old.deb" >/dev/null
inside apt-get install --yes --no-install-recommends /tmp/old.deb >/dev/null
inside apt-get install --yes --no-install-recommends "/tmp/$(basename "$package")" >/dev/null
inside dpkg --verify vnvdimm
[ -L "$folder/usr/bin/vnvdimm-check" ]
inside vnvdimm-check --version
rm -rf "$old"

step 'it is removed'
inside apt-get remove --yes vnvdimm >/dev/null
rm -f "$folder"/tmp/*.deb "$folder/tmp/use.sh" "$folder/tmp/tab.zsh"
files >"$folder.after"
diff "$folder.before" "$folder.after"
echo 'nothing of it is left'
