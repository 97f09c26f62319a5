#pragma once
#include <stdbool.h>

// A terminal in raw mode, restored whatever happens to the process.

/// Switches the terminal `fd` to raw mode: no echo, no line editing, no keys that send signals (with `keep_signals`,
/// those that interrupt and quit still do). Output stays as it was. From then on a crash of this process also restores
/// the terminal. Works for one terminal at a time. Returns 0, or -errno (-ENOTTY if `fd` is not a terminal).
int clinux_terminal_make_raw(int fd, bool keep_signals);

/// Restores the terminal to its state before `clinux_terminal_make_raw`. Does nothing if there is none.
void clinux_terminal_restore(void);

/// Returns the number of columns of the terminal `fd`; 80 if it is not known, or if `fd` is not a terminal.
int clinux_terminal_width(int fd);
