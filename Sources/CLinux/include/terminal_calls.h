#pragma once
#include <stdbool.h>

// The terminal in raw mode, given back whatever happens to the process.

/// Switches the terminal `fd` to raw mode: no echo, no line editing, no keys that send signals (with `keep_signals`
/// those that interrupt and quit still do); output stays as it was. From then on a crash of this process, too, gives the terminal back. One terminal at a time.
/// 0, or -errno (-ENOTTY where `fd` is no terminal).
int clinux_terminal_make_raw(int fd, bool keep_signals);

/// Gives the terminal back in the state that `clinux_terminal_make_raw` found. Does nothing where there is none.
void clinux_terminal_restore(void);

/// The columns of the terminal `fd`; 80 where it does not tell, or is none.
int clinux_terminal_width(int fd);
