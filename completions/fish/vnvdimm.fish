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

function __vnvdimm_emulates
    set -l words (commandline -opc)
    test "$words[2]" = emulate
end

function __vnvdimm_configures
    set -l words (commandline -opc)
    test "$words[2]" = config
end

function __vnvdimm_compares
    set -l words (commandline -opc)
    test "$words[2]" = compare
end

function __vnvdimm_lists
    set -l words (commandline -opc)
    test "$words[2]" = list
end

function __vnvdimm_examines
    set -l words (commandline -opc)
    test "$words[2]" = doctor
end

function __vnvdimm_explains
    set -l words (commandline -opc)
    test "$words[2]" = explain
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

# The device, with the ids of the backends on the line.
function __vnvdimm_device
    echo nvdimm
    set -l device (string match -r '^nvdimm,.*memdev=' -- (commandline -ct)); or return
    for backend in (string match 'memory-backend-*,id=*' -- (commandline -opc))
        echo $device(string replace -r '.*,id=([^,]*).*' '$1' -- $backend)
    end
end

complete -c vnvdimm -n __vnvdimm_needs_verb -fa '(__vnvdimm_verbs)'
complete -c vnvdimm -n __vnvdimm_needs_verb -s h -l help -d 'Show the commonest options'
complete -c vnvdimm -n __vnvdimm_emulates -l help-hidden -d 'Show all options'
complete -c vnvdimm -n __vnvdimm_needs_verb -l version -d 'Show the version'
complete -c vnvdimm -n __vnvdimm_delegates -fa '(__vnvdimm_delegate)'
complete -c vnvdimm -n __vnvdimm_configures -F
complete -c vnvdimm -n __vnvdimm_configures -l only -xa 'qemu emulate device domain' -d 'Print one part alone'
complete -c vnvdimm -n __vnvdimm_configures -l ram -x -d 'The RAM of the guest'
complete -c vnvdimm -n __vnvdimm_configures -l size -x -d 'The mapped size of every backend'
complete -c vnvdimm -n __vnvdimm_configures -l label-size -xa 'auto none' -d 'The label size'
complete -c vnvdimm -n __vnvdimm_configures -l slot -x -d 'The DIMM slot of each path'
complete -c vnvdimm -n __vnvdimm_configures -l json -d 'Print JSON'
complete -c vnvdimm -n __vnvdimm_configures -s h -l help -d 'Show help'
complete -c vnvdimm -n __vnvdimm_compares -F
complete -c vnvdimm -n __vnvdimm_compares -l size -x -d 'The mapped size of both'
complete -c vnvdimm -n __vnvdimm_compares -l label-size -xa 'auto none' -d 'The label size of both'
complete -c vnvdimm -n __vnvdimm_compares -l json -d 'Print JSON'
complete -c vnvdimm -n __vnvdimm_compares -s q -l quiet -d 'Print only errors'
complete -c vnvdimm -n __vnvdimm_compares -l color -xa 'always auto never' -d 'When to use colours'
complete -c vnvdimm -n __vnvdimm_compares -s h -l help -d 'Show help'
complete -c vnvdimm -n __vnvdimm_lists -l timeout -x -d 'Seconds for each guest'
complete -c vnvdimm -n __vnvdimm_lists -l json -d 'Print JSON'
complete -c vnvdimm -n __vnvdimm_lists -l color -xa 'always auto never' -d 'When to use colours'
complete -c vnvdimm -n __vnvdimm_lists -s h -l help -d 'Show help'
complete -c vnvdimm -n __vnvdimm_examines -l json -d 'Print JSON'
complete -c vnvdimm -n __vnvdimm_examines -s h -l help -d 'Show help'
complete -c vnvdimm -n __vnvdimm_explains -fa '(__vnvdimm_rules)'
complete -c vnvdimm -n __vnvdimm_explains -l json -d 'Print JSON'
complete -c vnvdimm -n __vnvdimm_explains -s h -l help -d 'Show help'
complete -c vnvdimm -n __vnvdimm_emulates -o machine -xa 'pc,nvdimm q35,nvdimm' -d 'The machine'
complete -c vnvdimm -n __vnvdimm_emulates -o m -x -d 'RAM, slots and maxmem'
complete -c vnvdimm -n __vnvdimm_emulates -o smp -x -d CPUs
complete -c vnvdimm -n __vnvdimm_emulates -o numa -xa 'node,memdev=' -d 'A node of memory'
complete -c vnvdimm -n __vnvdimm_emulates -o object -xa 'memory-backend-file memory-backend-ram' -d 'A backend'
complete -c vnvdimm -n __vnvdimm_emulates -o device -xa '(__vnvdimm_device)' -d 'A device'
complete -c vnvdimm -n __vnvdimm_emulates -l nvdimm -rF -d 'Backend and NVDIMM in one'
complete -c vnvdimm -n __vnvdimm_emulates -o kernel -rF -d 'A bzImage'
complete -c vnvdimm -n __vnvdimm_emulates -o initrd -rF -d 'An initramfs'
complete -c vnvdimm -n __vnvdimm_emulates -o append -x -d 'The command line of the kernel'
complete -c vnvdimm -n __vnvdimm_emulates -l run -rF -d 'A script or a command for the guest'
complete -c vnvdimm -n __vnvdimm_emulates -l add -rF -d 'Put a file, folder or program into the guest'
complete -c vnvdimm -n __vnvdimm_emulates -l get -x -d 'Bring a file out of the guest'
complete -c vnvdimm -n __vnvdimm_emulates -l qemu-opts -x -d 'Words for the command line of QEMU'
complete -c vnvdimm -n __vnvdimm_emulates -l timeout -x -d 'End a guest that runs longer'
complete -c vnvdimm -n __vnvdimm_emulates -l probe -d 'Print what a guest sees of backends'
complete -c vnvdimm -n __vnvdimm_emulates -o no-reboot -d 'A reboot ends the run'
complete -c vnvdimm -n __vnvdimm_emulates -o serial -xa 'stdio mon:stdio null none' -d 'The serial port'
complete -c vnvdimm -n __vnvdimm_emulates -o nographic -d 'Console and monitor on this terminal'
complete -c vnvdimm -n __vnvdimm_emulates -o monitor -xa 'stdio unix: none' -d 'The monitor for people'
complete -c vnvdimm -n __vnvdimm_emulates -o qmp -xa 'stdio unix: none' -d 'The monitor for programs'
complete -c vnvdimm -n __vnvdimm_emulates -s S -d 'Start no CPU before cont'
complete -c vnvdimm -n __vnvdimm_emulates -l engine -xa 'kvm qemu auto' -d 'Who runs the machine'
complete -c vnvdimm -n __vnvdimm_emulates -o d -xa 'dsm hotplug exits' -d 'Log events'
complete -c vnvdimm -n __vnvdimm_emulates -l stats -d 'Print counters at the end'
complete -c vnvdimm -n __vnvdimm_emulates -l power-cut -d 'Lose what the guest has not flushed'
complete -c vnvdimm -n __vnvdimm_emulates -l no-sandbox -d 'Keep all privileges'
complete -c vnvdimm -n __vnvdimm_emulates -l allow-path -rF -d 'Where backends may be plugged from'
complete -c vnvdimm -n __vnvdimm_emulates -l allow -x -d 'Start in spite of a finding'
complete -c vnvdimm -n __vnvdimm_emulates -o dump-acpi -rF -d 'Write the firmware tables'
complete -c vnvdimm -n __vnvdimm_emulates -l list-host -d 'Print the persistent memory of this host'
complete -c vnvdimm -n __vnvdimm_emulates -l json -d 'With --list-host, print JSON'
complete -c vnvdimm -n __vnvdimm_emulates -s h -l help -d 'Show help'
