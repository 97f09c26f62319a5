package import ArgumentParser

extension ArgumentVisibility {
  /// Of an option that `--help` leaves to `--help-hidden` and the manual page, so that it fits on a screen.
  ///
  /// The parser leaves hidden options out of completion scripts: while it makes one, none is hidden.
  package static var rare: ArgumentVisibility {
    ProcessArguments.all.contains("--generate-completion-script") ? .default : .hidden
  }
}
