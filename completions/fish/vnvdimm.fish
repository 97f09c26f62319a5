# Completion of vnvdimm(1): its verbs, the options of `emulate`, and for each other verb what its program completes.
# The verbs are `compare`, `config`, `doctor`, `emulate`, `explain`, `list` and the programs vnvdimm-VERB beside vnvdimm.

function __vnvdimm_verbs
    for program in (dirname (command -s vnvdimm))/vnvdimm-*
        test -x $program -a ! -d $program; and string replace -r '.*/vnvdimm-' '' $program
    end
    echo compare
    echo config
    echo doctor
    echo emulate
    echo explain
    echo list
end

function __vnvdimm_needs_verb
    test (count (commandline -opc)) -eq 1
end

function __vnvdimm_has_verb
    set -l words (commandline -opc)
    test "$words[2]" = $argv[1]
end

# The ids of all rules, each with its cause.
function __vnvdimm_rules
    vnvdimm explain | string replace -r ' +\w+ +' \t
end

function __vnvdimm_delegates
    set -l words (commandline -opc)
    test (count $words) -gt 1; and not contains -- "$words[2]" compare config emulate doctor explain list
end

# As if the program of the verb had been typed.
function __vnvdimm_delegate
    set -l words (commandline -opc)
    complete -C "vnvdimm-$words[2] "(string join ' ' -- (string escape -- $words[3..]) (commandline -ct))
end

set -g __vnvdimm_device_keys label-size= slot= uuid= unarmed= flush-hint= werror= errors= health= security=

# The word as far as its last comma, with each key that may follow; nothing without a comma.
function __vnvdimm_keys
    set -l before (string match -r '.*,' -- (commandline -ct)); or return
    printf '%s\n' $before$argv
end

# The device, with the ids of the backends on the line.
function __vnvdimm_device
    echo nvdimm
    __vnvdimm_keys memdev= id= addr= node= $__vnvdimm_device_keys
    set -l device (string match -r '.*,memdev=(?=[^,]*$)' -- (commandline -ct)); or return
    for backend in (string match 'memory-backend-*,id=*' -- (commandline -opc))
        echo $device(string replace -r '.*,id=([^,]*).*' '$1' -- $backend)
    end
end

function __vnvdimm_object
    printf '%s\n' memory-backend-file memory-backend-ram
    __vnvdimm_keys id= size= mem-path= share= readonly= align= pmem= prealloc= reserve= merge= dump= discard-data=
end

complete -c vnvdimm -n __vnvdimm_needs_verb -fa '(__vnvdimm_verbs)'
complete -c vnvdimm -n __vnvdimm_needs_verb -s h -l help -d 'Show the commonest options'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l help-hidden -d 'Show all options'
complete -c vnvdimm -n __vnvdimm_needs_verb -l version -d 'Show the version'
complete -c vnvdimm -n __vnvdimm_delegates -fa '(__vnvdimm_delegate)'
complete -c vnvdimm -n '__vnvdimm_has_verb config' -F
complete -c vnvdimm -n '__vnvdimm_has_verb config' -l only -xa 'qemu emulate device domain' -d 'Print one part alone'
complete -c vnvdimm -n '__vnvdimm_has_verb config' -l ram -x -d 'The RAM of the guest'
complete -c vnvdimm -n '__vnvdimm_has_verb config' -l size -x -d 'The mapped size of every backend'
complete -c vnvdimm -n '__vnvdimm_has_verb config' -l label-size -xa 'auto none' -d 'The label size'
complete -c vnvdimm -n '__vnvdimm_has_verb config' -l slot -x -d 'The DIMM slot of each path'
complete -c vnvdimm -n '__vnvdimm_has_verb config' -l json -d 'Print JSON'
complete -c vnvdimm -n '__vnvdimm_has_verb config' -s h -l help -d 'Show help'
complete -c vnvdimm -n '__vnvdimm_has_verb compare' -F
complete -c vnvdimm -n '__vnvdimm_has_verb compare' -l size -x -d 'The mapped size of both'
complete -c vnvdimm -n '__vnvdimm_has_verb compare' -l label-size -xa 'auto none' -d 'The label size of both'
complete -c vnvdimm -n '__vnvdimm_has_verb compare' -l json -d 'Print JSON'
complete -c vnvdimm -n '__vnvdimm_has_verb compare' -s q -l quiet -d 'Print only errors'
complete -c vnvdimm -n '__vnvdimm_has_verb compare' -l color -xa 'always auto never' -d 'When to use colours'
complete -c vnvdimm -n '__vnvdimm_has_verb compare' -s h -l help -d 'Show help'
complete -c vnvdimm -n '__vnvdimm_has_verb list' -l timeout -x -d 'Seconds for each guest'
complete -c vnvdimm -n '__vnvdimm_has_verb list' -l json -d 'Print JSON'
complete -c vnvdimm -n '__vnvdimm_has_verb list' -l color -xa 'always auto never' -d 'When to use colours'
complete -c vnvdimm -n '__vnvdimm_has_verb list' -s h -l help -d 'Show help'
complete -c vnvdimm -n '__vnvdimm_has_verb doctor' -l json -d 'Print JSON'
complete -c vnvdimm -n '__vnvdimm_has_verb doctor' -s h -l help -d 'Show help'
complete -c vnvdimm -n '__vnvdimm_has_verb explain' -fa '(__vnvdimm_rules)'
complete -c vnvdimm -n '__vnvdimm_has_verb explain' -l json -d 'Print JSON'
complete -c vnvdimm -n '__vnvdimm_has_verb explain' -s h -l help -d 'Show help'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o machine -xa 'pc,nvdimm q35,nvdimm' -d 'The machine'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o m -x -d 'RAM, slots and maxmem'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o smp -x -d CPUs
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o numa -xa 'node,memdev=' -d 'A node of memory'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o object -xa '(__vnvdimm_object)' -d 'A backend'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o device -xa '(__vnvdimm_device)' -d 'A device'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l nvdimm -rF -a '(__vnvdimm_keys size= share= readonly= align= $__vnvdimm_device_keys)' -d 'Backend and NVDIMM in one'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o kernel -rF -d 'A bzImage'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o initrd -rF -d 'An initramfs'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o append -x -d 'The command line of the kernel'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l run -rF -d 'A script or a command for the guest'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l add -rF -d 'Put a file, folder or program into the guest'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l get -x -d 'Bring a file out of the guest'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l qemu-opts -x -d 'Words for the command line of QEMU'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l timeout -x -d 'End a guest that runs longer'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l probe -d 'Print what a guest sees of backends'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o no-reboot -d 'A reboot ends the run'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o serial -xa 'stdio mon:stdio null none' -d 'The serial port'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o nographic -d 'Console and monitor on this terminal'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o monitor -xa 'stdio unix: none' -d 'The monitor for people'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o qmp -xa 'stdio unix: none' -d 'The monitor for programs'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -s S -d 'Start no CPU before cont'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l engine -xa 'kvm qemu auto' -d 'Who runs the machine'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o d -xa 'dsm hotplug exits' -d 'Log events'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l stats -d 'Print counters at the end'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l power-cut -d 'Lose what the guest has not flushed'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l no-sandbox -d 'Keep all privileges'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l allow-path -rF -d 'Where backends may be plugged from'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l allow -x -d 'Start in spite of a finding'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -o dump-acpi -rF -d 'Write the firmware tables'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l list-host -d 'Print the persistent memory of this host'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -l json -d 'With --list-host, print JSON'
complete -c vnvdimm -n '__vnvdimm_has_verb emulate' -s h -l help -d 'Show help'
