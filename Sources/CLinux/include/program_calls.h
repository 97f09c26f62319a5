#pragma once
// Programs that are run for their output, within a time limit.

#include <stddef.h>

/// The output of a program, as far as it fits, and how the program ended.
struct clinux_answer {
  char *_Nonnull output;
  size_t output_size;
  size_t output_length;
  char *_Nonnull errors;
  size_t errors_size;
  size_t errors_length;
  /// The exit status, or 128 + the number of the signal that ended it; -1 if it is not known.
  int status;
};

/// Runs the program at `path`, which has a slash, until it ends, with `arguments` (its name first) and with `input` as
/// its standard input (-1 for none). Stores its outputs in `answer`. Returns 0; -ETIMEDOUT if it takes longer than
/// `milliseconds`, after killing it and the programs that it started; or -errno if it cannot be run.
int clinux_ask_program(const char *_Nonnull path, char *_Nullable const *_Nonnull arguments, int input, int milliseconds,
                       struct clinux_answer *_Nonnull answer);

/// Writes `line` to the host's log as a warning of `program`; does nothing if there is no log.
void clinux_log_warning(const char *_Nonnull program, const char *_Nonnull line);
