import SystemPackage

/// Modules of a kernel, with all modules that they need, in load order.
struct ModuleClosure {
  /// Paths below the kernel's folder of modules, dependencies first.
  private(set) var paths: [String] = []

  /// File systems that need a checksum that modules.dep does not name.
  private static let withChecksum: Set<String> = ["ext4", "xfs", "btrfs"]

  /// The lines of modules.dep by module name. Bytes rather than text, because there are thousands, and every start of a
  /// guest waits for them.
  private let lines: [String: ArraySlice<UInt8>]

  /// The names that the kernel has neither as modules nor built in, according to this host's files.
  private(set) var missing: [String] = []

  /// Finds `names` and the modules that they need; modules that are built into the kernel need no loading.
  ///
  /// Source: modules.dep(5), `path: needed...`; modules.builtin, a path a line.
  init(of names: [String], in kernel: GuestKernel) throws(GuestImageError) {
    guard let folder = kernel.modules else {
      (lines, missing) = ([:], names)
      return
    }
    lines = Self.lines(of: try HostFile.bytes(of: folder.appending("modules.dep")))
    let list = folder.appending("modules.builtin")
    let builtIn = HostFile.exists(list) ? Self.lines(of: try HostFile.bytes(of: list)) : [:]
    // modules.softdep(5) names them by what they provide: a checksum that is found when the file system is mounted.
    let checksum = "crc32c_generic"
    if !Self.withChecksum.isDisjoint(with: names), builtIn[checksum] == nil, let line = lines[checksum] {
      var visited: Set<String> = []
      add(line, &visited)
    }
    for name in names where builtIn[name] == nil {
      guard let line = lines[name] else {
        missing.append(name)
        continue
      }
      var visited: Set<String> = []
      add(line, &visited)
    }
  }

  private mutating func add(_ line: ArraySlice<UInt8>, _ visited: inout Set<String>) {
    let path = Self.path(in: line)
    let text = String(decoding: path, as: UTF8.self)
    guard !paths.contains(text), visited.insert(text).inserted else { return }
    for needed in line.dropFirst(path.count + 1).split(separator: UInt8(ascii: " ")) {
      add(lines[Self.name(of: needed)] ?? needed, &visited)
    }
    paths.append(text)
  }

  private static func lines(of bytes: [UInt8]) -> [String: ArraySlice<UInt8>] {
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map { (name(of: path(in: $0)), $0) }
    return Dictionary(lines, uniquingKeysWith: { _, last in last })
  }

  /// Returns the text before the colon.
  private static func path(in line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    line.prefix { $0 != UInt8(ascii: ":") }
  }

  /// Returns the kernel's name for the module at `path`: no folder, no suffix, no dash.
  private static func name(of path: ArraySlice<UInt8>) -> String {
    let start = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? path.startIndex
    let file = path[start...].prefix { $0 != UInt8(ascii: ".") }
    return String(decoding: file.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
  }
}
