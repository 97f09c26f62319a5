#!/bin/bash
# Makes the folder that its one argument names: the C and C++ libraries of Debian 11, against which a package is linked,
# so that its programs start wherever glibc is 2.31 or newer (Debian 11, Ubuntu 20.04, RHEL 9). Needs no privileges; apt
# verifies what it downloads.
set -euo pipefail
folder=$1
[ ! -e "$folder/complete" ] || exit 0
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
packages=(libc6 libc6-dev libgcc-10-dev libgcc-s1 libstdc++-10-dev libstdc++6 linux-libc-dev)

rm -rf "$folder"
mkdir -p "$folder"/apt/{lists,archives,etc}
folder=$(realpath "$folder")
cat >"$folder/apt/conf" <<END
Dir::State::lists "$folder/apt/lists";
Dir::State::status "/dev/null";
Dir::Cache "$folder/apt";
Dir::Etc::sourcelist "$folder/apt/etc/sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::preferences "-";
Dir::Etc::preferencesparts "-";
APT::Sandbox::User "";
END
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bullseye main" >"$folder/apt/etc/sources.list"
export APT_CONFIG=$folder/apt/conf
apt-get --quiet=2 update
(cd "$folder/apt" && apt-get --quiet=2 download "${packages[@]}")
for package in "$folder"/apt/*.deb; do dpkg-deb --extract "$package" "$folder"; done
rm -rf "$folder/apt"

# The links of a system lead out of a folder of it.
find "$folder" -type l -lname '/*' -printf '%p %l\n' | while read -r link target; do
  ln -sfn "$(realpath -m --relative-to="$(dirname "$link")" "$folder$target")" "$link"
done
touch "$folder/complete"
