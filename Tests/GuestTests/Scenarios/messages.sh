# What the programs say of devices and file systems that the tests' own host does not have: the transcript
# Tests/Corpus/messages/devices.lab, with what is printed in this machine. It needs the machine's NVDIMMs as they are at
# its start: host-dax, which uses them too, runs in another machine, where two processors share the scenarios.
export LC_ALL=C.UTF-8
PATH=/usr/bin:$PATH
mkdir folder
(cd folder && sh /mnt/shells/transcript.sh /mnt/messages/devices.lab) | sed 's/ *$//' | tee printed
sed '/^$/d' /mnt/messages/devices.lab >shown
sed '/^$/d' printed | diff shown -
