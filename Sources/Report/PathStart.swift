import Basics
package import PersistentMemory
package import QEMU
import Storage

/// Backends given by their paths, as the NVDIMMs of one machine, plugged in that order, with the options for that
/// machine. All sizes are in bytes.
package struct PathStart: Sendable {
  /// `-m`: RAM, and room for devices; a value that is `nil` is taken to be large enough.
  package var ram: UInt64?
  package var slots: UInt64?
  package var maximum: UInt64?
  /// `size=` of every backend; `nil` for the length of each file.
  package var mappedSize: UInt64?
  /// `size=` for each path in turn, if they differ.
  package var mappedSizes: [UInt64] = []
  /// `align=` of every backend; `nil` for the backend's own.
  package var alignment: UInt64?
  /// One label size for all paths, or one for each in turn.
  package var labelSizes: [LabelSize] = []
  /// The slot for each path in turn; -1 means not given.
  package var slotNumbers: [Int] = []
  /// The mode that every namespace is to get; `nil` to change none.
  package var newMode: NamespaceMode?
  /// Whether the release was named; if `nil`, it counts as named unless it is the newest.
  package var namesRelease: Bool?
  /// The paths in question.
  private var paths: [String] = []

  package init() {}

  /// The maximum number of NVDIMMs of one machine.
  package static var pathLimit: Int { Int(MemoryDevicePlacement.slotLimit) }

  /// Returns the start of a machine with the backends at `paths`, as a QEMU command under `rules`.
  ///
  /// Unless options say otherwise, the label area of a backend is the one that is found in it, and its slot the one
  /// that its labels were made for.
  package func start(of paths: [String], under rules: SizingRules, on host: HostView) -> Start {
    var asked = self
    asked.paths = paths
    var command = QEMUCommand(ofMachineOn: rules.architecture, rules.release, ram: ram, slots: slots, maximum: maximum)
    let examined = paths.enumerated().map { index, path in
      let examination = host.examination(of: path)
      let given = mappedSizes.indices.contains(index) ? mappedSizes[index] : mappedSize
      let size = given ?? examination.forReading.length.flatMap { $0 > 0 ? $0 : nil }
      let labels = LabelExamination(labelSize(ofPath: index), mappedSize: size ?? 0, path: path, in: examination)
      return (examination: examination, size: size, labels: labels)
    }
    let dimmSlots = dimmSlots(of: examined.map { $0.labels.madeForSlot(in: $0.examination) })
    for (index, path) in paths.enumerated() {
      let (examination, size, labels) = examined[index]
      let id = Self.id(ofPath: index)
      do throws(QEMUStop) {
        try command.add(
          file: path, id: id, size: size, alignment: alignment ?? examination.forReading.mappingUnit)
      } catch { return Start(subject: command.program, asker: .paths(asked), command: .failure(error)) }
      // The value for label-size= is not known.
      if labels.source == .unknown { command.unsaid = .labelSize }
      command.add(nvdimmOn: id, labelSize: labels.size, slot: dimmSlots[index], hasUUID: rules.requiresUUID)
    }
    var start = Start(subject: command.program, asker: .paths(asked), command: .success(command))
    for (index, slot) in dimmSlots.enumerated() {
      start.choices[Self.id(ofPath: index)] = Start.Choice(
        labelSize: labelSize(ofPath: index), isSlotOfLabels: slot != nil && !isSlotGiven(ofPath: index))
    }
    start.newMode = newMode
    return start
  }

  private static func id(ofPath index: Int) -> String { "mem\(index + 1)" }

  private func isSlotGiven(ofPath index: Int) -> Bool {
    slotNumbers.indices.contains(index) && slotNumbers[index] != -1
  }

  /// Returns the slot of each path: the given one, or, if it is free, the one that its labels were made for. Slots that
  /// are not given are `nil` if QEMU makes the same choice by itself.
  private func dimmSlots(of labelled: [Int?]) -> [Int?] {
    let given = labelled.indices.map { isSlotGiven(ofPath: $0) ? slotNumbers[$0] : nil }
    let limit = Int(clamping: min(slots ?? MemoryDevicePlacement.slotLimit, MemoryDevicePlacement.slotLimit))
    var taken = given.compactMap(\.self)
    var chosen = given
    for (index, slot) in labelled.enumerated() where chosen[index] == nil {
      guard let slot, slot < limit, !taken.contains(slot) else { continue }
      taken.append(slot)
      chosen[index] = slot
    }
    for index in chosen.indices where chosen[index] == nil {
      guard let free = (0..<limit).first(where: { !taken.contains($0) }) else { return given }
      taken.append(free)
      chosen[index] = free
    }
    return chosen == Self.slotsByQEMU(given) ? given : chosen
  }

  /// Returns the slots that QEMU assigns if `given` are the requested slots.
  private static func slotsByQEMU(_ given: [Int?]) -> [Int?] {
    var taken: [Int] = []
    return given.map { slot in
      let slot = slot ?? (0...).first { !taken.contains($0) } ?? 0
      taken.append(slot)
      return slot
    }
  }

  private func labelSize(ofPath index: Int) -> LabelSize {
    if labelSizes.count == 1 { return labelSizes[0] }
    return labelSizes.indices.contains(index) ? labelSizes[index] : .automatic
  }
}

extension PathStart {
  /// The command that asks about the backend at `path` alone, or about all of them, with `settings` instead of what was
  /// said.
  func command(for path: String?, with settings: [StartSetting], _ rules: SizingRules) -> ShellCommand {
    var start = self
    let asked = path.map { [paths.firstIndex(of: $0) ?? 0] } ?? Array(paths.indices)
    start.labelSizes = asked.map { labelSize(ofPath: $0) }
    start.slotNumbers = asked.map { isSlotGiven(ofPath: $0) ? slotNumbers[$0] : -1 }
    for setting in settings {
      switch setting {
      case .mappedSize(let size): start.mappedSize = size
      case .alignment(let size): start.alignment = size
      case .labelSize(let size): start.labelSizes = [size.map { .exactly($0) } ?? .none]
      case .slot(let slot): start.slotNumbers = [slot ?? -1]
      case .slotCount(let count): start.slots = count
      // Paths are always shared, and their data kept; no RAM is plugged beside them.
      case .shared, .keepsData, .address, .virtioAddress: break
      }
    }
    func size(_ bytes: UInt64?) -> String? { bytes.map { ByteCount($0).argument } }
    let labels = start.labelSizes.map { label in
      switch label {
      case .exactly(let bytes): ByteCount(bytes).argument
      case .none: "none"
      case .automatic: "auto"
      }
    }
    let areLabelsGiven = labels.contains { $0 != "auto" }
    let areSlotsGiven = start.slotNumbers.contains { $0 != -1 }
    var options: [(name: String, value: String?)] = [
      ("qemu-version", namesRelease ?? (rules.release != .newest) ? rules.release.description : nil),
      ("linux", rules.linux == .newest ? nil : rules.linux.description),
      ("arch", rules.architecture == .x86_64 ? nil : rules.architecture.rawValue),
      ("ram", size(start.ram)), ("slots", start.slots.map { "\($0)" }), ("maxmem", size(start.maximum)),
      ("size", size(start.mappedSize)), ("align", size(start.alignment)),
    ]
    if areLabelsGiven { options += (Set(labels).count == 1 ? [labels[0]] : labels).map { ("label-size", $0) } }
    if areSlotsGiven { options += start.slotNumbers.map { ("slot", "\($0)") } }
    let words = ["vnvdimm-check"] + options.flatMap { name, value in value.map { ["--\(name)", $0] } ?? [] }
    return ShellCommand(words: words, paths: asked.map { paths.isEmpty ? path ?? "" : paths[$0] })
  }
}
