function __vnvdimm-create_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __vnvdimm-create_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __vnvdimm-create_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __vnvdimm-create_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __vnvdimm-create_parse_tokens -S
    set -l unparsed_tokens (__vnvdimm-create_tokens -pc)
    switch $unparsed_tokens[1]
    case 'vnvdimm-create'
        __vnvdimm-create_parse_subcommand 1 'size=' 'file-size=' 'from=' 'label-size=' 'labels=' 'backend-align=' 'guest-align=' 'namespace=+' 'slot=' 'for=' 'error=+' 'preallocate=' 'id=' 'n/plan' 'overwrite' 'allow-unseen-users' 'json' 'q/quiet' 'color=' 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'help'
            __vnvdimm-create_parse_subcommand -r 1 'version'
        end
    end
end

function __vnvdimm-create_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __vnvdimm-create_parse_subcommand -S -a positional_count
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

function __vnvdimm-create_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __vnvdimm-create_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__vnvdimm-create_tokens -p)
    if test -z "$(__vnvdimm-create_tokens -t)"
        set -l index (count (__vnvdimm-create_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'vnvdimm-create' -f
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_positional "vnvdimm-create" -eq 1' -F
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" size' -l 'size' -d 'The guest size; the label area is added to it.' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" file-size' -l 'file-size' -d 'Or the file size, label area included.' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" from' -l 'from' -d 'Copy a raw image into it, which sets the default size.' -rF
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" label-size' -l 'label-size' -d 'The label area: auto, none or its size.' -rfka 'auto none 128K 2M'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" labels' -l 'labels' -d 'The labels: 1.1, 1.2 or blank. (default: 1.2)' -rfka '1.1 1.2 blank'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" align backend-align' -l 'backend-align' -l 'align' -d 'The alignment, QEMU\'s align=. (default: a page)' -rfka '4K 2M 16M 128M 1G'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" guest-align' -l 'guest-align' -d 'The unit to which the guest rounds namespaces. (default: 16M)' -rfka '4K 2M 16M 128M 1G'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create"' -l 'namespace' -d 'A namespace: raw, sector, fsdax or devdax; then ,size= ,name= ,uuid= ,sector-size= ,align=4K|2M|1G ,map=dev|mem. Repeatable; the last one without size= takes the rest.' -rfka '(__vnvdimm-create_custom_completion ---completion -- --namespace (count (__vnvdimm-create_tokens -pc)) (__vnvdimm-create_tokens -tC))'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" slot' -l 'slot' -d 'The DIMM slot. (default: as other labels, or 0)' -rfka ''
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" for' -l 'for' -d 'The program that uses it, such as kata. (default: qemu)' -rfka 'qemu libvirt qemu-virtio-pmem nova cloud-hypervisor cubesandbox firecracker crosvm stratovirt openvmm kata kata-rs'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create"' -l 'error' -d 'Bytes that a guest of vnvdimm emulate cannot read. (repeatable)' -rfka ''
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" preallocate' -l 'preallocate' -d 'Allocate the space of the file.' -rfka 'off falloc full'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" id' -l 'id' -d 'The device\'s id in the configuration.' -rfka ''
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" dry-run n plan' -l 'plan' -s 'n' -l 'dry-run' -d 'Print the plan, create nothing.'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" overwrite' -l 'overwrite' -d 'Replace an existing file that is not in use.'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" allow-unseen-users' -l 'allow-unseen-users' -d 'Continue if the kernel does not show whether another user has the backend open.'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-create' -n '__vnvdimm-create_should_offer_completions_for_flags_or_options "vnvdimm-create help" version' -l 'version' -d 'Show the version.'
