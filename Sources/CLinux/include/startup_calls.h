#pragma once
// What a program is given when it starts, and what it leaves behind when it has started.

/// The argument with this number, of which 0 is the program's name; null behind the last one.
const char *_Nullable clinux_argument(int number);

/// The path by which the program was started, as the kernel got it.
const char *_Nullable clinux_program_path(void);

/// Gives back the memory that only the start needed: free parts of the heap, and the pages of program and libraries,
/// which are read from the host's page cache again where they are used.
void clinux_release_startup_memory(void);

/// Leaves a crash to the kernel, as for any program. The Swift runtime would start swift-backtrace, which a program that
/// is linked statically, and called by its bare name, looks for in the current folder: anybody could leave one there.
/// Source: Swift 6.3, stdlib/public/runtime/CrashHandlerLinux.cpp.
void clinux_leave_crashes_to_kernel(void);
