function __vnvdimm-check_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __vnvdimm-check_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __vnvdimm-check_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __vnvdimm-check_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __vnvdimm-check_parse_tokens -S
    set -l unparsed_tokens (__vnvdimm-check_tokens -pc)
    switch $unparsed_tokens[1]
    case 'vnvdimm-check'
        __vnvdimm-check_parse_subcommand -r 1 'qemu-command' 'qemu-command-file=' 'each' 'paths-from=' '0/null' 'libvirt-xml=' 'libvirt-hook' 'ansible=' 'prometheus=' 'hotplug=+' 'size=' 'label-size=+' 'align=' 'slot=+' 'ram=' 'slots=' 'maxmem=' 'qemu-version=+' 'arch=' 'to-mode=' 'json' 'guest-view' 'q/quiet' 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'help'
            __vnvdimm-check_parse_subcommand -r 1 'version'
        end
    end
end

function __vnvdimm-check_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __vnvdimm-check_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __vnvdimm-check_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __vnvdimm-check_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__vnvdimm-check_tokens -p)
    if test -z "$(__vnvdimm-check_tokens -t)"
        set -l index (count (__vnvdimm-check_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'vnvdimm-check' -f
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_positional "vnvdimm-check" -ge 1' -F
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" qemu-command' -l 'qemu-command' -d 'Check a command line of QEMU\'s, which follows \'--\'.'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" qemu-command-file' -l 'qemu-command-file' -d 'Check the command line in a file: /proc/PID/cmdline, or words as in a shell.' -rF
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" each' -l 'each' -d 'Each path is the NVDIMM of a machine of its own.'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" paths-from' -l 'paths-from' -d 'The same for the paths in a file; - is standard input.' -rF
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" 0 null' -s '0' -l 'null' -d 'In the list of --paths-from, NUL ends a path, not a newline.'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" libvirt-xml' -l 'libvirt-xml' -d 'Check the NVDIMMs of a domain of libvirt; - is standard input.' -rF
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" libvirt-hook' -l 'libvirt-hook' -d 'Run as libvirt\'s hook for QEMU, with its arguments and the domain on standard input; see the manual page.'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" ansible' -l 'ansible' -d 'Run as the Ansible module vnvdimm_check, with its arguments as JSON in a file.' -rF
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" prometheus' -l 'prometheus' -d 'Write metrics for Prometheus to a file, which is replaced at once.' -rF
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check"' -l 'hotplug' -d 'A command for QEMU\'s monitor once it runs: object_add ..., device_add ..., or QMP. (repeatable)' -rfka ''
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" size' -l 'size' -d 'QEMU\'s size=. (default: the size of each file)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check"' -l 'label-size' -d 'QEMU\'s label-size=: auto (what is found), none, or a size; once, or for each path. (default: auto)' -rfka 'auto none 128K 2M'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" align' -l 'align' -d 'QEMU\'s align=. (default: what QEMU takes)' -rfka '4K 2M 16M 128M 1G'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check"' -l 'slot' -d 'The slot, -1 for the lowest free one; once for each path. (default: -1)' -rfka ''
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" ram' -l 'ram' -d 'The guest\'s RAM: the size in QEMU\'s -m. (default: 128M)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" slots' -l 'slots' -d 'The slots in QEMU\'s -m. (default: enough)' -rfka ''
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" maxmem' -l 'maxmem' -d 'The maxmem in QEMU\'s -m. (default: enough)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check"' -l 'qemu-version' -d '2.6 to 10.2; may be given several times. (default: 10.2)' -rfka '2.6 2.7 2.8 2.9 2.10 2.11 2.12 3.0 3.1 4.0 4.1 4.2 5.0 5.1 5.2 6.0 6.1 6.2 7.0 7.1 7.2 8.0 8.1 8.2 9.0 9.1 9.2 10.0 10.1 10.2'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" arch' -l 'arch' -d 'The guest\'s architecture. (default: that of the command line\'s program, or x86_64)' -rfka 'x86_64 aarch64 ppc64 s390x'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" to-mode' -l 'to-mode' -d 'Tell what a change of every namespace to another mode takes from what is in it: raw, sector, fsdax or devdax.' -rfka 'raw sector fsdax devdax'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" json' -l 'json' -d 'Print JSON, one document for each path (and release).'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" guest-view' -l 'guest-view' -d 'Print what \'ndctl list -DRNvi\' will print in the guest.'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" q quiet' -l 'quiet' -s 'q' -d 'Print nothing but failures, and JSON.'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-check' -n '__vnvdimm-check_should_offer_completions_for_flags_or_options "vnvdimm-check help" version' -l 'version' -d 'Show the version.'
