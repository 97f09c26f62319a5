#!/bin/bash
# Makes a Debian package of what `make install` installs: .build/deb/vnvdimm_VERSION_ARCH.deb. Its one argument is
# the version. The program is linked against the C library of Debian 11; libraries of the host's DAX devices are loaded
# when they are needed, and only recommended.
set -euo pipefail
cd "$(dirname "$0")/../../.."
version=$1
folder=$PWD/.build/deb
root=$folder/root
architecture=$(dpkg --print-architecture)
maintainer="${DEBFULLNAME:-$(git log -1 --format=%an)} <${DEBEMAIL:-$(git log -1 --format=%ae)}>"

rm -rf "$root" "$folder"/*.deb
mkdir -p "$root/DEBIAN"
make --no-print-directory install DESTDIR="$root" PREFIX=/usr \
  ZSH_COMPLETIONS="$root/usr/share/zsh/vendor-completions" >/dev/null
if readelf -d "$root"/usr/bin/* | grep -E 'RPATH|RUNPATH'; then
  echo "deb.sh: libraries would be looked for beside the programs" >&2
  exit 1
fi
# They are read by bash, never run.
sed -i '1{/^#!/d}' "$root"/usr/share/bash-completion/completions/*
find "$root/usr/share/man" -type f -exec gzip -9n {} +
documents=$root/usr/share/doc/vnvdimm
install -d "$documents"
install -m 644 Sources/Packaging/deb/copyright README.md "$documents"
gzip -9nc >"$documents/changelog.gz" <<END
vnvdimm ($version) unstable; urgency=medium

  * See the history of the source.

 -- $maintainer  $(date -R -d "@$(git log -1 --format=%ct)")
END
chmod 644 "$documents/changelog.gz"

cat >"$root/DEBIAN/control" <<END
Package: vnvdimm
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Section: admin
Priority: optional
Depends: libc6 (>= 2.31)
Recommends: libdaxctl1, libndctl6
Suggests: busybox-static, daxctl, e2fsprogs, linux-image-cloud-$architecture, ndctl, qemu-system-x86
Installed-Size: $(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)
Description: admin tools for virtual NVDIMM backends
 The files and host DAX devices that a virtual machine sees as persistent
 memory: made in the right size with labels and ready namespaces, checked
 before QEMU starts, their label areas shown, moved, converted and repaired,
 and the whole virtual device booted on a virtual machine monitor of its own.
END
(cd "$root" && find usr -type f -exec md5sum {} + >DEBIAN/md5sums)
dpkg-deb --root-owner-group --build "$root" "$folder" >/dev/null
ls "$folder"/*.deb
