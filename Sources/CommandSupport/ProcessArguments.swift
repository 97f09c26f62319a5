import CLinux

/// The arguments of this process, without the name of the program.
package enum ProcessArguments {
  /// The name by which this process was called, without its folder.
  package static var program: String {
    // Safe: as below.
    let path = unsafe clinux_argument(0).map { unsafe String(cString: $0) } ?? ""
    return String(path.split(separator: "/").last ?? "")
  }

  /// The arguments in order, with U+FFFD for parts that are not UTF-8.
  ///
  /// The arguments come from the C library, because `CommandLine` is silently empty if /proc is not mounted.
  package static var all: [String] {
    var arguments: [String] = []
    // Safe: the texts end with NUL, live as long as the process, and do not change.
    while let text = unsafe clinux_argument(Int32(arguments.count + 1)) {
      arguments.append(unsafe String(cString: text))
    }
    return arguments
  }
}
