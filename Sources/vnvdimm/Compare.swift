import ArgumentParser
import Basics
import CommandSupport
import PersistentMemory
import QEMU
import Report
import Storage
import SystemPackage

/// `vnvdimm compare A B`: whether a guest sees the same in two backends.
struct Compare: Program {
  static let programName = "vnvdimm compare"

  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare two backends as a guest sees them.",
    usage: "vnvdimm compare [<options>] <first> <second>",
    discussion: """
      Compares the sizes, the namespaces, and the bytes of the guest's region. Two label areas that describe the same \
      namespaces are equal, no matter how often they were written. Holes are not read, and nothing is changed.

      EXAMPLES
        vnvdimm compare nv.img copy.img

      Exit status: 0 identical, 2 different, 1 not compared, 63 not a backend, 64 usage.
      """)

  @Argument(help: "The first backend.", completion: .file(), transform: utf8Path)
  var first: String

  @Argument(help: "The second backend.", completion: .file(), transform: utf8Path)
  var second: String

  @Option(
    name: .customLong("size"), parsing: .unconditional,
    help: ArgumentHelp("The mapped size of both. (default: the file size of each)", valueName: "size"),
    completion: .sizes, transform: size)
  var mappedSize: ByteCount?

  @Option(
    name: .customLong("label-size"), parsing: .unconditional,
    help: ArgumentHelp("The label size of both. (default: auto)", valueName: "size"),
    completion: .labelSizes, transform: LabelSize.init(option:))
  var labelSize: LabelSize = .automatic

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print only errors and, with --json, the JSON.")
  var quiet = false

  @OptionGroup var color: ColorOption

  func run() throws {
    let sides = (try side(first), try side(second))
    var differences = sides.0.layoutDifferences(from: sides.1) + sides.0.namespaceDifferences(from: sides.1)
    if let offset = try firstDifference(sides) {
      let namespace = sides.0.namespace(at: offset)
      differences.append(
        ComparedBackend.Difference(what: .data, namespace: namespace?.title, offset: offset, start: namespace?.start))
    }
    let status: ExitStatus = differences.isEmpty ? .done : .damaged
    if json {
      try StandardStream.answer(
        .object([
          ("format", .format), ("paths", .array([.text(first), .text(second)])),
          ("status", JSONValue(Int(status.rawValue))), ("differences", JSONValue(differences, \.json)),
        ]))
    } else if !quiet {
      let names = "\(first.asSubject) and \(second.asSubject)"
      let lines = differences.map { "  " + $0.text(first.asSubject, second.asSubject) }
      try StandardStream.answer(
        lines.isEmpty ? "\(names) are identical for a guest" : (["\(names) differ:"] + lines).joined(separator: "\n"))
    }
    if status != .done { throw status.exitCode }
  }

  private func side(_ path: String) throws -> ComparedBackend {
    var start = PathStart()
    start.mappedSize = mappedSize?.bytes
    start.labelSizes = [labelSize]
    let (rules, host) = (SizingRules(.newest), HostView())
    let report = MachineReport(start.start(of: [path], under: rules, on: host), under: rules, on: host)
    guard let backend = report.backends.first else { throw CommandFailure(.incomplete, path, "cannot be examined") }
    if let failure = backend.failure { throw failure }
    guard let compared = ComparedBackend(backend) else {
      throw CommandFailure(
        .incomplete, path, "its layout cannot be determined",
        hint: .command(ShellCommand("vnvdimm-check", sizeWords, path: path)))
    }
    return compared
  }

  /// The given sizes as options of vnvdimm-check.
  private var sizeWords: [String] {
    let labels: [String] =
      switch labelSize {
      case .automatic: []
      case .none: ["--label-size", "none"]
      case .exactly(let bytes): ["--label-size", "\(bytes)"]
      }
    return (mappedSize.map { ["--size", "\($0.bytes)"] } ?? []) + labels
  }

  /// Returns the offset of the first byte that differs in the part of the guest's region that both backends have.
  private func firstDifference(_ sides: (ComparedBackend, ComparedBackend)) throws -> UInt64? {
    let one = try Backend(path: FilePath(first))
    let other = try Backend(path: FilePath(second))
    let end = min(sides.0.geometry.regionSize, sides.1.geometry.regionSize, one.size, other.size)
    let progress = ProgressLine(silent: quiet)
    defer { progress.clear() }
    return try Backend.firstDifference(between: one, and: other, below: end) { progress.show($0, of: end) }
  }
}

/// The facts of a backend that are compared with another one's.
struct ComparedBackend {
  /// A namespace, or a region without labels. All numbers are bytes.
  struct Namespace {
    let uuid: String?
    let name: String
    let mode: NamespaceMode
    let start: UInt64
    let size: UInt64

    /// The name that messages use.
    var title: String { uuid.map { name.isEmpty ? $0 : name.asSubject } ?? Self.region }
    static let region = "the region"
  }

  /// A difference from another backend.
  struct Difference {
    enum What: String {
      case mappedSize = "mapped_size"
      case guestSize = "guest_size"
      case labelSize = "label_size"
      case labelVersion = "label_version"
      case slot = "dimm_slot"
      case namespace, uuid, name, mode, start, size, data
    }

    let what: What
    /// The title of the namespace that differs.
    var namespace: String?
    /// The value in each backend; `nil` if there is none.
    var first: JSONValue?
    var second: JSONValue?
    /// For `data`, the offset of the byte in the backend.
    var offset: UInt64?
    /// The start of the namespace that contains this byte.
    var start: UInt64?
  }

  let geometry: BackendGeometry
  private let labelVersion: String?
  /// The DIMM slot that the labels were made for; `nil` without labels.
  private let slot: Int?
  private let namespaces: [Namespace]

  init?(_ report: BackendReport) {
    guard let geometry = report.geometry, let region = report.region else { return nil }
    self.geometry = geometry
    labelVersion = report.labels.area?.indexes.current?.version?.rawValue
    namespaces = (region.namespaces ?? []).compactMap { Namespace($0, in: region) }
    slot = namespaces.contains { $0.uuid != nil } ? report.device?.placement.slot : nil
  }

  /// Returns the namespace that contains the byte `offset`; `nil` if none does.
  func namespace(at offset: UInt64) -> Namespace? {
    namespaces.first { $0.start <= offset && offset - $0.start < $0.size }
  }

  func layoutDifferences(from other: ComparedBackend) -> [Difference] {
    let sizes: [(Difference.What, KeyPath<BackendGeometry, UInt64>)] = [
      (.mappedSize, \.mappedSize), (.guestSize, \.regionSize), (.labelSize, \.labelSize),
    ]
    let found = sizes.compactMap { what, key in
      Difference(what, nil, JSONValue(geometry[keyPath: key]), JSONValue(other.geometry[keyPath: key]))
    }
    return found
      + [
        Difference(.labelVersion, nil, JSONValue(labelVersion), JSONValue(other.labelVersion)),
        Difference(.slot, nil, JSONValue(slot), JSONValue(other.slot)),
      ].compactMap(\.self)
  }

  func namespaceDifferences(from other: ComparedBackend) -> [Difference] {
    var left = other.namespaces
    var found: [Difference] = []
    for namespace in namespaces {
      // A clone keeps its names and places, and a copy that was moved its uuid.
      let partner =
        left.firstIndex { $0.uuid == namespace.uuid }
        ?? left.firstIndex { !namespace.name.isEmpty && $0.name == namespace.name }
        ?? left.firstIndex { $0.start == namespace.start && $0.name == namespace.name }
      if let partner {
        found += namespace.differences(from: left.remove(at: partner))
      } else {
        found.append(Difference(what: .namespace, namespace: namespace.title, first: .boolean(true)))
      }
    }
    return found + left.map { Difference(what: .namespace, namespace: $0.title, second: .boolean(true)) }
  }
}

extension ComparedBackend.Namespace {
  /// `nil` for the empty namespace that Linux keeps ready.
  fileprivate init?(_ namespace: GuestNamespace, in region: GuestRegion) {
    guard let extent = namespace.extent else { return nil }
    uuid = namespace.label?.uuid.lowercased
    name = namespace.label?.name ?? ""
    start = extent.start - region.device.base
    size = extent.size
    mode = namespace.probe?.personality.mode ?? .raw
  }

  fileprivate func differences(from other: Self) -> [ComparedBackend.Difference] {
    [
      ComparedBackend.Difference(.uuid, title, JSONValue(uuid), JSONValue(other.uuid)),
      ComparedBackend.Difference(.name, title, .text(name), .text(other.name)),
      ComparedBackend.Difference(.mode, title, .text(mode.rawValue), .text(other.mode.rawValue)),
      ComparedBackend.Difference(.start, title, JSONValue(start), JSONValue(other.start)),
      // The size of a whole region is the guest size, which is compared already.
      uuid == nil ? nil : ComparedBackend.Difference(.size, title, JSONValue(size), JSONValue(other.size)),
    ].compactMap(\.self)
  }
}

extension ComparedBackend.Difference {
  /// `nil` if the values are equal.
  fileprivate init?(_ what: What, _ namespace: String?, _ first: JSONValue, _ second: JSONValue) {
    guard first != second else { return nil }
    self.init(what: what, namespace: namespace, first: first, second: second)
  }

  fileprivate var json: JSONValue {
    .object([
      ("what", .text(what.rawValue)), ("namespace", JSONValue(namespace)), ("first", first ?? .null),
      ("second", second ?? .null), ("offset", JSONValue(offset)),
    ])
  }

  /// Returns the difference as text, in which the backends are called `one` and `other`.
  fileprivate func text(_ one: String, _ other: String) -> String {
    let name = namespace.map { $0 == ComparedBackend.Namespace.region ? $0 : "namespace \($0)" }
    switch what {
    case .namespace: return "\(name ?? ""): only in \(first == nil ? other : one)"
    case .data:
      let offset = offset ?? 0
      let place = name.map { "byte \((offset - (start ?? 0)).hex) of \($0)" } ?? "in no namespace"
      return "data: first difference at \(offset.hex), \(place)"
    case .mappedSize, .guestSize, .labelSize, .labelVersion, .slot, .uuid, .name, .mode, .start, .size:
      let title = what.rawValue.replacing("_", with: " ").replacing("dimm", with: "DIMM")
      return "\(name.map { "\($0), " } ?? "")\(title): \(shown(first)) in \(one), \(shown(second)) in \(other)"
    }
  }

  private func shown(_ value: JSONValue?) -> String {
    switch value {
    case .integer(let number)?:
      let number = UInt64(clamping: number)
      return switch what {
      case .labelSize where number == 0: "none"
      case .mappedSize, .guestSize, .labelSize, .size: ByteCount(number).precise
      case .start: number.hex
      case .labelVersion, .slot, .namespace, .uuid, .name, .mode, .data: "\(number)"
      }
    case .text(let text)?: return text.asSubject
    case .null?, .boolean?, .large?, .real?, .array?, .object?, nil: return "none"
    }
  }
}
