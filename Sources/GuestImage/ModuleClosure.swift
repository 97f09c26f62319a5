import SystemPackage

/// Modules of a kernel, with all that they need, in an order in which they load.
struct ModuleClosure {
  /// Paths below the kernel's folder of modules, those needed first.
  private(set) var paths: [String] = []

  private let needs: [String: [String]]
  private let pathOfName: [String: String]
  private let builtIn: Set<String>

  /// Finds `names` and what they need; what is built into the kernel needs no loading.
  ///
  /// Source: modules.dep(5), `path: needed...`; modules.builtin, a path a line.
  init(of names: [String], in kernel: GuestKernel) throws(GuestImageError) {
    var needs: [String: [String]] = [:]
    var pathOfName: [String: String] = [:]
    for line in try HostFile.text(of: kernel.modules.appending("modules.dep")).split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let path = String(line[..<colon])
      needs[path] = line[line.index(after: colon)...].split(separator: " ").map(String.init)
      pathOfName[Self.name(of: path)] = path
    }
    self.needs = needs
    self.pathOfName = pathOfName
    let list = kernel.modules.appending("modules.builtin")
    builtIn = HostFile.exists(list) ? Set(try HostFile.text(of: list).split(separator: "\n").map(Self.name)) : []
    for name in names where !builtIn.contains(name) {
      guard let path = pathOfName[name] else { throw .noSuchModule(name: name, release: kernel.release) }
      var visited: Set<String> = []
      add(path, &visited)
    }
    for path in paths where !path.hasSuffix(".ko") { throw .compressedModule(kernel.modules.appending(path)) }
  }

  private mutating func add(_ path: String, _ visited: inout Set<String>) {
    guard !paths.contains(path), visited.insert(path).inserted else { return }
    for needed in needs[path] ?? [] { add(needed, &visited) }
    paths.append(path)
  }

  /// The name under which the kernel knows the module at `path`: no folder, no suffix, no dash.
  private static func name(of path: some StringProtocol) -> String {
    let file = path.split(separator: "/").last ?? ""
    return String(file.prefix { $0 != "." }.map { $0 == "-" ? "_" : $0 })
  }
}
