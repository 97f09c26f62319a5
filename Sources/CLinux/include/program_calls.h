#pragma once
// Programs that are asked something, and given only so long for the answer.

#include <stddef.h>

/// What a program printed, as far as there is room for it, and how it ended.
struct clinux_answer {
  char *_Nonnull output;
  size_t output_size;
  size_t output_length;
  char *_Nonnull errors;
  size_t errors_size;
  size_t errors_length;
  /// The exit status, or 128 + the number of the signal that ended it; -1 where nobody can tell.
  int status;
};

/// Runs the program at `path`, which has a slash, with `arguments`, its name first, and with `input` as its standard input, -1 for none, until it ends; its
/// outputs are kept in `answer`. -ETIMEDOUT where that takes longer than so many milliseconds: it is killed then, with
/// what it has started. Else 0, or -errno where it cannot be run.
int clinux_ask_program(const char *_Nonnull path, char *_Nullable const *_Nonnull arguments, int input, int milliseconds,
                       struct clinux_answer *_Nonnull answer);

/// Writes `line` to the host's log as a warning of `program`; nothing where there is no log.
void clinux_log_warning(const char *_Nonnull program, const char *_Nonnull line);
