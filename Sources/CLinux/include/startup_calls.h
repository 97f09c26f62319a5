#pragma once
// The inputs of a program's start, and what it can release once it has started.

/// Returns the argument with this number, where 0 is the program's name; NULL after the last one.
const char *_Nullable clinux_argument(int number);

/// Returns the path by which the program was started, as the kernel received it.
const char *_Nullable clinux_program_path(void);

/// Releases the memory that only the start needed: free parts of the heap, and the pages of the program and its
/// libraries, which are read from the host's page cache again when they are used.
void clinux_release_startup_memory(void);

/// Leaves a crash to the kernel, as for any program. The Swift runtime would start swift-backtrace; a statically linked
/// program that is called by its bare name looks for that in the current folder, where any user could have put one.
/// Source: Swift 6.3, stdlib/public/runtime/CrashHandlerLinux.cpp.
void clinux_leave_crashes_to_kernel(void);
