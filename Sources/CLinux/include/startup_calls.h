#pragma once
// What a program that runs for long leaves behind when it has started.

/// Gives back the memory that only the start needed: free parts of the heap, and the pages of program and libraries,
/// which are read from the host's page cache again where they are used.
void clinux_release_startup_memory(void);
