import CLinux

/// What was typed behind the name of this program.
package enum ProcessArguments {
  /// The name by which this process was called, without its folder.
  package static var program: String {
    // Safe: as below.
    let path = unsafe clinux_argument(0).map { unsafe String(cString: $0) } ?? ""
    return String(path.split(separator: "/").last ?? "")
  }

  /// In their order; what is not UTF-8 in one of them is replaced by U+FFFD.
  ///
  /// From the C library: `CommandLine` has none, without a word, where /proc is not mounted.
  package static var all: [String] {
    var arguments: [String] = []
    // Safe: the texts end with NUL, live as long as the process, and nobody changes them.
    while let text = unsafe clinux_argument(Int32(arguments.count + 1)) {
      arguments.append(unsafe String(cString: text))
    }
    return arguments
  }
}
