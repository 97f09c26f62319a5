import Foundation
import SystemPackage
import TimedProcess

/// The costs of the programs on this host, each compared with the tool that does the closest task.
struct HostBench {
  private let folder: URL
  private let programs: URL
  private let repetitions: Int

  /// Works in `folder`, which must be empty, with the programs in the folder `programs`.
  init(in folder: URL, programs: URL, repetitions: Int) {
    self.folder = folder
    self.programs = programs
    self.repetitions = repetitions
  }

  /// A timed command; `before` prepares its input.
  struct Contestant {
    let name: String
    let command: [String]
    var before: () throws -> Void = {}
  }

  func comparisons() throws -> [Comparison] {
    let one = path("one.img")
    try run(ours("create", "--quiet", "--size", "256M", one))
    return try reading(one) + many() + sparse() + allocated() + starting()
  }

  private func reading(_ one: String) throws -> [Comparison] {
    let info = Contestant(name: "qemu-img info", command: ["qemu-img", "info", one])
    return try [
      compare("check one backend", ours("check", one), info, budget: 1),
      compare("label-dump one backend", ours("label-dump", one), info, budget: 1),
    ]
  }

  /// Measures a fleet of copies of one backend, as sparse as the original.
  private func many() throws -> [Comparison] {
    let first = path("many.img")
    try run(ours("create", "--quiet", "--size", "64M", "--label-size", "128K", first))
    let source = try FileHandle(forReadingFrom: URL(fileURLWithPath: first))
    let length = try source.seekToEnd()
    try source.seek(toOffset: length - 131072)
    let area = try source.readToEnd() ?? Data()
    let paths = (0..<10_000).map { path("many\($0).img") }
    defer { ([first] + paths).forEach { try? FileManager.default.removeItem(atPath: $0) } }
    for path in paths { try Self.write(area, toEndOf: path, length: length) }
    let list = path("many.list")
    try Data(paths.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: list))
    let read = Contestant(
      name: "reading", command: [programs.appendingPathComponent("meter").path, "areas", "131072"] + paths)
    return try [
      compare("check 10000 backends in one call", ours("check", "fleet", "--paths-from", list), read, budget: 3),
      compare("check 10000 backends, as JSON", ours("check", "fleet", "--json", "--paths-from", list), read, budget: 3),
    ]
  }

  /// Makes a file of `length` bytes that ends with `area`; empty pages take no space.
  private static func write(_ area: Data, toEndOf path: String, length: UInt64) throws {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: length)
    for start in stride(from: 0, to: area.count, by: 4096) {
      let page = area[area.startIndex + start..<min(area.startIndex + start + 4096, area.endIndex)]
      guard page.contains(where: { $0 != 0 }) else { continue }
      try file.seek(toOffset: length - UInt64(area.count) + UInt64(start))
      try file.write(contentsOf: page)
    }
    try file.close()
  }

  private func sparse() throws -> [Comparison] {
    func creation(_ size: String) -> Contestant {
      let path = path("sparse-\(size).img")
      return Contestant(
        name: "1 GiB", command: ours("create", "--quiet", "--label-size", "128K", "--size", size, path).command,
        before: { try? FileManager.default.removeItem(atPath: path) })
    }
    func relocation(_ size: String, grown: String, old: String) -> Contestant {
      let path = path("grown-\(size).img")
      let create = ours("create", "--quiet", "--label-size", "128K", "--size", size, path)
      return Contestant(
        name: "1 GiB", command: ours("migrate-labels", "relocate", "--quiet", "--no-backup", path, old).command,
        before: {
          try? FileManager.default.removeItem(atPath: path)
          try run(create)
          try run(Contestant(name: "truncate", command: ["truncate", "-s", grown, path]))
        })
    }
    func enlargement(_ size: String) -> Contestant {
      let path = path("labels-\(size).img")
      let create = ours("create", "--quiet", "--label-size", "128K", "--size", size, path)
      return Contestant(
        name: "1 GiB",
        command: ours("migrate-labels", "resize", "--quiet", "--no-backup", path, "2M", "--keep-guest-size").command,
        before: {
          try? FileManager.default.removeItem(atPath: path)
          try run(create)
        })
    }
    let label = 131072
    return try [
      compare("create 1 TiB, sparse", creation("1T"), creation("1G"), budget: 1),
      compare(
        "relocate the labels of 1 TiB, grown by 1 GiB",
        relocation("1T", grown: "\(1025 << 30)", old: "\((1 << 40) + label)"),
        relocation("1G", grown: "\(2 << 30)", old: "\((1 << 30) + label)"), budget: 1),
      compare(
        "enlarge the label area of 1 TiB from 128 KiB to 2 MiB", enlargement("1T"), enlargement("1G"), budget: 1),
    ]
  }

  private func allocated() throws -> [Comparison] {
    let path = path("full.img")
    let clear = { () throws -> Void in try? FileManager.default.removeItem(atPath: path) }
    let size = 512 << 20
    // With a small file, most of the time is the start of the program, which has a line of its own.
    let large = 16 << 30
    func creation(_ mode: String, _ size: Int) -> Contestant {
      Contestant(
        name: "create",
        command: ours("create", "--quiet", "--label-size", "none", "--size", "\(size)", "--preallocate", mode, path)
          .command, before: clear)
    }
    return try [
      compare(
        "create 16 GiB with blocks reserved", creation("falloc", large),
        // The file that create makes is on the disk before it gets its name.
        Contestant(
          name: "fallocate+sync", command: ["sh", "-c", "fallocate -l \(large) \(path) && sync \(path)"],
          before: clear), budget: 1),
      compare(
        "the same beside one that may be lost", creation("falloc", large),
        Contestant(name: "fallocate", command: ["fallocate", "-l", "\(large)", path], before: clear), budget: nil),
      compare(
        "create 512 MiB, every byte written", creation("full", size),
        Contestant(
          name: "qemu-img full",
          command: ["qemu-img", "create", "-q", "-f", "raw", "-o", "preallocation=full", path, "\(size)"],
          before: clear), budget: 1),
    ]
  }

  private func starting() throws -> [Comparison] {
    let peer = Contestant(name: "qemu-img", command: ["qemu-img", "--version"])
    return try ["create", "check", "label-dump", "migrate-labels", "resize-guard"].map { verb in
      try compare("start of vnvdimm-\(verb)", ours(verb, "--version"), peer, budget: nil)
    }
  }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private func ours(_ verb: String, _ arguments: String...) -> Contestant { ours(verb, arguments) }

  private func ours(_ verb: String, _ arguments: [String]) -> Contestant {
    Contestant(name: verb, command: [programs.appendingPathComponent("vnvdimm-\(verb)").path] + arguments)
  }

  /// Runs both in turn, so that other load of the host affects both.
  private func compare(
    _ work: String, _ ours: Contestant, _ peer: Contestant, budget: Double?
  ) throws -> Comparison {
    var times: (ours: [Double], peer: [Double]) = ([], [])
    _ = try (time(ours), time(peer))
    for _ in 0..<repetitions {
      times.ours.append(try time(ours))
      times.peer.append(try time(peer))
    }
    return Comparison(
      chapter: .host, work: work, unit: .nanoseconds, ours: ("vnvdimm-\(ours.name)", Series(times.ours)),
      peer: (peer.name, Series(times.peer)), budget: budget)
  }

  private func time(_ contestant: Contestant) throws -> Double {
    try contestant.before()
    return try run(contestant).wall.nanoseconds
  }

  struct Failure: Error, CustomStringConvertible {
    let command: [String]
    let status: Int32
    var description: String { "status \(status) of \(command.prefix(12).joined(separator: " "))" }
  }

  @discardableResult private func run(_ contestant: Contestant) throws -> TimedProcess.Ending {
    let ending = try TimedProcess(contestant.command).wait()
    guard ending.status == 0 else { throw Failure(command: contestant.command, status: ending.status) }
    return ending
  }
}
