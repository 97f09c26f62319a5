import Basics
package import PersistentMemory

extension QEMUCommand {
  /// `--nvdimm PATH[,…]`; some of its values are still to be read from the file.
  struct ShortForm: Sendable {
    /// The indexes of the backend in `objects` and of the NVDIMM in `devices`.
    let object: Int
    let device: Int
    let labelSize: LabelSize
  }

  /// What a file or a device reveals about itself as a backend.
  package struct BackendFacts: Sendable {
    /// The backend's size F in bytes.
    package let size: UInt64
    /// The alignment, in bytes, of the host's mappings of the backend.
    package let alignment: UInt64
    /// The size L, in bytes, of the label area at the end of the backend; `nil` if there is none.
    package let labelSize: UInt64?
    /// The DIMM slot that the labels were made for.
    package let slot: Int?

    package init(size: UInt64, alignment: UInt64, labelSize: UInt64? = nil, slot: Int? = nil) {
      self.size = size
      self.alignment = alignment
      self.labelSize = labelSize
      self.slot = slot
    }
  }

  /// The label size that `--nvdimm` gives for each backend, by the backend's id.
  package var labelSizesAsked: [String: LabelSize] {
    Dictionary(shortForms.map { (objects[$0.object].id, $0.labelSize) }) { first, _ in first }
  }

  /// Reads `--nvdimm`: one shared file with its device, in a machine with NVDIMMs enabled.
  mutating func readShortForm(_ option: Option) throws(QEMUStop) {
    let list = try list(option, "path", list: "nvdimm")
    let id = list.id ?? "nvdimm\(devices.count + 1)"
    let (object, device, labelSize) = try option.location.blamed { () throws(QEMUComplaint) in
      guard let path = list["path"], !path.isEmpty else { throw .missingParameter("path") }
      let keys = DialectKeys.shortObject + DialectKeys.shortDevice + ["path"]
      if let other = list.options.first(where: { !keys.contains($0.key) }) { throw .invalidParameter(other.key) }
      var properties = QEMUDictionary()
      (properties["id"], properties["mem-path"]) = (.text("\(id)-backend"), .text(path))
      for key in DialectKeys.shortObject { properties[key] = list[key].map { .text($0) } }
      if list["share"] == nil { properties["share"] = .text("on") }
      var reader = QEMUValueReader(properties, .options)
      let backend = try BackendOption(type: "memory-backend-file", &reader, release, mayLackSize: true)

      var device = [OptionList.Option(key: "driver", value: "nvdimm")]
      device.append(OptionList.Option(key: "memdev", value: backend.backend.id))
      device += list.options.filter { option in
        DialectKeys.shortDevice.contains(option.key) && !(option.key == "label-size" && option.value == "none")
      }
      // The guest must know that it cannot write.
      if backend.backend.isReadOnly { device.append(OptionList.Option(key: "unarmed", value: "on")) }
      let labelSize: LabelSize =
        switch list["label-size"] {
        case nil: .automatic
        case "none"?: .none
        case let text?: .exactly(QEMUSize.bytes(text) ?? 0)
        }
      return (backend, OptionList(id: id, device), labelSize)
    }
    shortForms.append(ShortForm(object: objects.count, device: devices.count, labelSize: labelSize))
    objects.append(Object(location: option.location, id: object.backend.id, backend: object))
    objectIDs.insert(object.backend.id)
    try add(device: device, at: option.location)
    machine["nvdimm"] = .text("on")
  }

  /// Fills in what `--nvdimm` leaves to the files: sizes, alignments, label areas and slots. It also makes room for the
  /// devices if `-m` does not. `facts` examines the file at `path`, of which `size` bytes are to be mapped, for labels
  /// of the given size; it returns `nil` if the file does not exist yet.
  mutating func settleShortForms<Failure: Error>(
    _ facts: (_ path: String, _ size: UInt64?, LabelSize) throws(Failure) -> BackendFacts?
  ) throws(Failure) {
    for form in shortForms {
      guard case .file(let path)? = objects[form.object].backend?.backend.storage else { continue }
      guard let facts = try facts(path, objects[form.object].backend?.backend.size, form.labelSize) else { continue }
      objects[form.object].backend?.settle(facts)
      var properties = devices[form.device].properties
      if form.labelSize == .automatic { properties["label-size"] = facts.labelSize.map { .text(String($0)) } }
      // The labels of two files may name the same slot. The second device gets another slot, and a later check finds
      // that its labels are not made for that slot.
      if properties["slot"] == nil, let slot = facts.slot, !takenSlots.contains(slot) {
        properties["slot"] = .text(String(slot))
      }
      devices[form.device].properties = properties
    }
    spreadSlots()
    if !shortForms.isEmpty, !memory.contains(where: { $0.key == "slots" || $0.key == "maxmem" }) { makeRoom() }
  }

  /// The slots that devices ask for.
  private var takenSlots: Set<Int> {
    Set(
      devices.compactMap {
        $0.properties["slot"]?.text.flatMap { CInteger.signed($0) }.map(Int.init(truncatingIfNeeded:))
      })
  }

  /// Keeps devices that ask for no slot, however they are described, out of the slots that others ask for.
  private mutating func spreadSlots() {
    var taken = takenSlots
    guard !taken.isEmpty, !shortForms.isEmpty else { return }
    for index in devices.indices where devices[index].properties["driver"]?.text == MemoryDevice.Kind.nvdimm.rawValue {
      guard ["", "-1"].contains(devices[index].properties["slot"]?.text ?? ""),
        let slot = (0...taken.count).first(where: { !taken.contains($0) })
      else { continue }
      taken.insert(slot)
      devices[index].properties["slot"] = .text(String(slot))
    }
  }

  /// Provides as many slots and as much memory as the devices need, in whole pages. Placement refuses sizes beyond 64
  /// bits.
  private mutating func makeRoom() {
    let slots = devices.compactMap { $0.properties["slot"]?.text.flatMap { CInteger.signed($0) } }
    let highest = min(max(slots.max() ?? 0, 0), Int64(MemoryDevicePlacement.slotLimit))
    let used = Set(devices.compactMap { $0.properties["memdev"]?.text?.split(separator: "/").last.map(String.init) })
    let sizes = objects.filter { used.contains($0.id) }.map {
      $0.backend?.backend.size?.alignedUp(to: MemoryBackend.pageSize) ?? 0
    }
    let given = memory.last { $0.key == "size" }.flatMap { QEMUSize.bytes($0.value, unit: "M") } ?? 0
    let maximum = sizes.reduce(given == 0 ? Architecture.x86_64.defaultRAM : given) { $0.checkedSum($1) ?? .max }
    memory.append(OptionList.Option(key: "slots", value: String(max(Int64(devices.count), highest + 1))))
    memory.append(OptionList.Option(key: "maxmem", value: String(maximum)))
  }
}

extension BackendOption {
  fileprivate mutating func settle(_ facts: QEMUCommand.BackendFacts) {
    guard backend.size == nil else { return }
    backend.size = facts.size
    if backend.alignment == nil, facts.alignment > MemoryBackend.pageSize { backend.alignment = facts.alignment }
  }
}
