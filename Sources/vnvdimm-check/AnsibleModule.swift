import Basics
import CommandSupport
import FoundationEssentials
import PersistentMemory
import QEMU
import Storage
import SystemPackage

/// What Ansible asks of its module `vnvdimm_check`: the JSON in the file of arguments.
struct AnsibleModule {
  let paths: [String]
  let options: MachineOptions
  let rules: SizingRules
  /// Warnings, too, fail the task.
  let failsOnWarnings: Bool

  private static let names: Set<String> = [
    "path", "paths", "size", "label_size", "align", "slot", "qemu_version", "arch", "fail_on",
  ]
  /// Bytes of arguments that are read.
  private static let limit = 16 << 20

  /// Reads the arguments in the file at `path`; a failure is for Ansible to show.
  init(argumentsAt path: String) throws {
    let bytes: [UInt8]
    do throws(Errno) { bytes = try FilePath(path).contents(limit: Self.limit) } catch {
      throw CommandFailure(.incomplete, path, "cannot read the arguments: \(error)")
    }
    guard let arguments = try? JSONDecoder().decode([String: AnsibleValue].self, from: Data(bytes)) else {
      throw CommandFailure(.usage, path, "the arguments are no JSON object")
    }
    // Ansible's own arguments, check mode among them, change nothing.
    let unknown = arguments.keys.filter { !Self.names.contains($0) && !$0.hasPrefix("_ansible_") }.sorted()
    guard unknown.isEmpty else {
      throw CommandFailure(.usage, nil, "Unsupported parameters: \(unknown.joined(separator: ", "))")
    }
    paths = (arguments["path"]?.texts ?? []) + (arguments["paths"]?.texts ?? [])
    guard !paths.isEmpty else { throw CommandFailure(.usage, nil, "missing required arguments: path") }
    func text(_ name: String) -> String? { arguments[name]?.texts.first.flatMap { $0.isEmpty ? nil : $0 } }
    options = try MachineOptions(
      mappedSize: text("size").map(size), labelSize: text("label_size").map(LabelSize.init(option:)) ?? .automatic,
      alignment: text("align").map(size), slot: try text("slot").map { try Self.number($0) })
    rules = SizingRules(
      try text("qemu_version").map(release) ?? .newest,
      try Self.choice(text("arch"), Architecture.init(rawValue:), "arch") ?? .x86_64)
    failsOnWarnings =
      try Self.choice(text("fail_on"), { $0 == "error" ? false : $0 == "warning" ? true : nil }, "fail_on") ?? false
  }

  private static func number(_ text: String) throws(CommandFailure) -> Int {
    guard let number = Int(text), number >= -1 else {
      throw CommandFailure(.usage, nil, "slot: '\(text)' is no slot")
    }
    return number
  }

  private static func choice<Value>(
    _ text: String?, _ value: (String) -> Value?, _ name: String
  ) throws(CommandFailure) -> Value? {
    guard let text else { return nil }
    guard let value = value(text) else { throw CommandFailure(.usage, nil, "\(name): '\(text)' is no choice") }
    return value
  }

  /// Checks every backend.
  func run() -> AnsibleAnswer {
    let reports = paths.concurrentMap { [options = options.ofMany, rules] path in
      var machine = MachineCheck(of: options.dimms(of: [path]), options, rules: rules)
      return machine.reports()
    }
    return AnsibleAnswer(reports.flatMap(\.self), failsOnWarnings: failsOnWarnings)
  }
}

/// A value as it comes from a playbook, where numbers and texts are not told apart.
private enum AnsibleValue: Decodable {
  case texts([String])

  var texts: [String] {
    switch self {
    case .texts(let texts): texts
    }
  }

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .texts([])
    } else if let text = try? value.decode(String.self) {
      self = .texts([text])
    } else if let number = try? value.decode(Int64.self) {
      self = .texts([String(number)])
    } else if let list = try? value.decode([AnsibleValue].self) {
      self = .texts(list.flatMap(\.texts))
    } else {
      // A version such as 7.2 that nobody has quoted, or what only Ansible itself passes.
      self = .texts((try? value.decode(Double.self)).map { ["\($0)"] } ?? [])
    }
  }
}
