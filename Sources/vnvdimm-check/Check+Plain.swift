import VNVDIMMCore

extension Check {
  /// The command of `arguments` that are paths and the commonest flags; nil where the parser is to read them.
  ///
  /// The parser finds its options by reflection, which takes longer than a check. A script that checks each backend
  /// by itself is spared that.
  static func plain(_ arguments: [String]) -> Check? {
    var paths: [String] = []
    var flags: Set<String> = []
    for argument in arguments {
      if !argument.hasPrefix("-") {
        guard !argument.contains("\u{FFFD}") else { return nil }
        paths.append(argument)
      } else if ["--json", "--quiet", "-q", "--each"].contains(argument) {
        flags.insert(argument)
      } else {
        return nil
      }
    }
    guard !paths.isEmpty else { return nil }
    var check = Check()
    check.setDefaults()
    check.paths = paths
    check.json = flags.contains("--json")
    check.quiet = flags.contains("--quiet") || flags.contains("-q")
    check.each = flags.contains("--each")
    return check
  }

  /// Gives every option the value that it has where it is not given: without the parser none has a value.
  private mutating func setDefaults() {
    qemuCommand = false
    commandFile = nil
    pathsFrom = nil
    null = false
    libvirtXML = nil
    libvirtHook = false
    ansible = nil
    prometheus = nil
    mappedSize = nil
    labelSizes = []
    align = nil
    slotNumbers = []
    ram = nil
    slots = nil
    maxmem = nil
    releases = []
    arch = .x86_64
    guestView = false
  }
}
