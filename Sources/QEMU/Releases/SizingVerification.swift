package import Basics
package import PersistentMemory

/// The faults and oddities of a backend's sizes, in view of what QEMU will do with it.
package struct SizingVerification: Sendable {
  package private(set) var findings: [Finding] = []

  private let request: BackendRequest
  private let rules: SizingRules
  private let fileSystem: HostFileSystem
  private let labelEnd: UInt64?
  private let state: BackendState
  private let kind: MemoryDevice.Kind

  /// Verifies `request`. `labelEnd` is the end of the label area that was found in the backend, at or beyond the
  /// backend's own end; `kind` is the kind of the device that has the backend.
  package init(
    _ request: BackendRequest, state: BackendState, in fileSystem: HostFileSystem = .common,
    prediction: BackendPrediction, geometry: BackendGeometry?, rules: SizingRules, labelEnd: UInt64? = nil,
    kind: MemoryDevice.Kind = .nvdimm
  ) {
    self.request = request
    self.fileSystem = fileSystem
    self.rules = rules
    self.labelEnd = labelEnd
    self.state = state
    self.kind = kind
    verifyState()
    verify(prediction)
    if let geometry { verify(geometry, length: state.length, prediction.placement) }
  }

  private var qemu: String { "QEMU \(rules.release)" }

  private mutating func add(
    _ rule: BackendRule, _ message: String, severity: Finding.Severity? = nil, stored: String? = nil,
    expected: String? = nil, offset: UInt64? = nil, hint: Hint? = nil, settings: [StartSetting] = []
  ) {
    findings.append(
      Finding(
        rule, message, severity: severity, stored: stored, expected: expected, offset: offset, hint: hint,
        settings: settings))
  }

  // MARK: What the path leads to

  private mutating func verifyState() {
    switch state {
    case .file(0):
      add(
        .empty, "the file is empty: \(qemu) makes it as long as size=",
        severity: request.size == 0 ? .error : nil, stored: "0 bytes", hint: creation(["--overwrite"]))
    case .missing:
      add(
        .missing, "there is no such file: \(qemu) creates one, and leaves it behind even if it does not start",
        severity: request.size == 0 ? .error : nil, hint: creation([]))
    case .danglingLink:
      add(
        .danglingLink, "a dangling symbolic link: \(qemu) tries to open it forever",
        hint: .command("readlink", "-m", path: request.path))
    case .directory:
      add(.directory, "a directory: \(qemu) maps a file without a name in it, and loses the guest's data when it ends")
    case .zeroDevice:
      add(.unsuitable, "a device that keeps nothing: \(qemu) starts, and loses the guest's data when it ends")
    case .other: add(.unsuitable, "neither a file nor a block or DAX device; what \(qemu) does with it is not known")
    case .file, .device, .daxDevice, .unmappable, .nullDevice, .inaccessible: break
    }
  }

  /// Returns the command that creates the backend at its mapped size, with `permits`; `nil` if the path is not for a
  /// file, and if the size is not known.
  private func creation(_ permits: [String]) -> Hint? {
    guard request.size > 0, !request.path.hasPrefix("/dev/") else { return nil }
    let labels = request.labelSize.map { ByteCount($0).argument } ?? "none"
    let sizes = ["--file-size", ByteCount(request.size).argument, "--label-size", labels]
    return .command(ShellCommand("vnvdimm-create", permits + sizes, path: request.path))
  }

  // MARK: What QEMU does

  private mutating func verify(_ prediction: BackendPrediction) {
    switch prediction.outcome {
    case .refuses(let refusal): findings.append(refusal.finding(for: request, rules: rules, labelEnd: labelEnd))
    case .crashes:
      add(
        .crash, "\(qemu) fails an assertion: the alignment is not a power of two",
        stored: precise(request.alignment))
    case .starts, .spins, .unknown: break
    }
    switch prediction.change {
    case .truncated(let length, let size):
      add(
        .truncated, "\(qemu) cuts the file to size=: what lies beyond is lost", stored: precise(length),
        expected: precise(size), offset: size, settings: [.mappedSize(length)])
    case .extended(let length, let size) where length > 0:
      add(
        .extended, "\(qemu) makes the file as long as size=, and looks for labels at its new end",
        stored: precise(length), expected: precise(size), offset: length)
    case .none, .created, .extended, .volatile: break
    }
    let page = rules.pageSize(in: fileSystem)
    if prediction.outcome == .starts, !request.size.isMultiple(of: page) {
      add(
        .sizeNotPageMultiple, "\(qemu) maps whole pages; 9.1 and later refuse such a size",
        stored: precise(request.size), expected: "a multiple of \(ByteCount(page))")
    }
    if state.isEmpty, let longest = fileSystem.longestFile, request.size > longest {
      findings.append(
        Finding(
          HostRule.tooLong,
          "\(qemu) starts, but cannot make the file that long: SIGBUS ends the guest as soon as it uses the NVDIMM",
          stored: precise(longest), expected: precise(request.size)))
    }
    if rules.requiresUUID, prediction.outcome == .starts {
      add(.uuidRequired, "the device must be given a uuid on this machine", hint: .options("uuid=$(uuidgen)"))
    }
  }

  // MARK: What the guest gets

  private mutating func verify(
    _ geometry: BackendGeometry, length: UInt64?, _ placement: MemoryDevicePlacement.Placement?
  ) {
    if rules.length != .resized, let length, let tail = geometry.tail(ofBackend: length), tail > 0 {
      add(
        .larger,
        "the last \(precise(tail)) are outside the device: \(qemu) maps the first \(request.size.hex) bytes"
          + (kind == .nvdimm ? ", and looks for labels at their end, not at that of the file" : ""),
        stored: precise(length), expected: precise(request.size), offset: request.size)
    }
    if geometry.labelSize > BackendGeometry.largestLabelSize {
      add(
        .labelTooLarge, "the guest is told the lower 32 bits of the label size",
        stored: precise(geometry.labelSize), expected: "at most \(precise(BackendGeometry.largestLabelSize))")
    }
    if geometry.gap > 0 {
      add(
        .gap,
        "\(precise(geometry.gap)) between the region and the label area are unreachable: the region is rounded "
          + "down to \(ByteCount(geometry.alignment))", offset: geometry.regionSize)
    }
    guard kind == .nvdimm else { return verifyVirtioAlignment(geometry, placement) }
    verifyGuestAlignment(geometry)
    guard let placement, !placement.address.isMultiple(of: guestAlignment) else { return }
    add(
      .regionStart,
      "the region starts at \(placement.address.hex): the guest makes no fsdax or devdax namespace there "
        + "until its region's align is lowered", stored: placement.address.hex,
      expected: "a multiple of \(ByteCount(guestAlignment))")
  }

  /// The alignment that drivers/nvdimm/pmem.c requests. Source: Linux mm/memremap.c `memremap_compat_align`.
  private static let mappingUnit: UInt64 = 2 << 20

  private mutating func verifyVirtioAlignment(
    _ geometry: BackendGeometry, _ placement: MemoryDevicePlacement.Placement?
  ) {
    let unit = Self.mappingUnit
    guard rules.architecture == .x86_64, !((placement?.address ?? 0) | geometry.mappedSize).isMultiple(of: unit) else {
      return
    }
    let isSize = !geometry.mappedSize.isMultiple(of: unit)
    let size = geometry.mappedSize.alignedUp(to: unit).flatMap { $0 <= state.length ?? 0 ? $0 : nil }
    let address = placement?.address.alignedUp(to: unit)
    add(
      .virtioAlignment,
      "the guest gets no disk: Linux maps "
        + "whole units of \(ByteCount(unit)) (misaligned, unable to map)",
      stored: isSize ? precise(geometry.mappedSize) : placement?.address.hex,
      expected: "a multiple of \(ByteCount(unit))",
      settings: (isSize ? size.map { .mappedSize($0) } : address.map { .virtioAddress($0) }).map { [$0] } ?? [])
  }

  private var guestAlignment: UInt64 { rules.architecture.defaultGuestAlignment }

  private mutating func verifyGuestAlignment(_ geometry: BackendGeometry) {
    let remainder = geometry.remainder(guestAlignment: guestAlignment)
    guard remainder > 0 else { return }
    let unit = ByteCount(guestAlignment)
    let usable = geometry.regionSize - remainder
    let loss =
      if geometry.labelSize == 0 || usable == 0 {
        "the guest's ndctl makes no namespace of a region that is not a multiple of \(unit)"
      } else {
        "namespaces are multiples of \(unit): the guest can use \(precise(usable)), and "
          + "\(precise(remainder)) are lost"
      }
    add(
      .guestAlignment, loss + "; a DIMM plugged after it starts misaligned",
      stored: precise(geometry.regionSize), expected: "a multiple of \(unit)",
      hint: remedy(for: geometry), settings: part(of: geometry, usable: usable))
  }

  /// Returns the command that extends the file to the next size that suits the guest; `nil` for a device, and for a
  /// file that is not mapped entirely.
  private func remedy(for geometry: BackendGeometry) -> Hint? {
    guard case .file(geometry.mappedSize) = state else { return nil }
    let whole = geometry.regionSize.alignedUp(to: guestAlignment).flatMap { $0.checkedSum(geometry.labelSize) }
    return whole.map {
      .command(ShellCommand("vnvdimm-resize-guard", ["apply"], path: request.path).appending(ByteCount($0).argument))
    }
  }

  /// Returns the settings for the part of a device that suits the guest.
  private func part(of geometry: BackendGeometry, usable: UInt64) -> [StartSetting] {
    switch state {
    case .device, .daxDevice:
      let size = usable > 0 ? (usable + geometry.labelSize).alignedUp(to: geometry.alignment) : nil
      return size.map { [.mappedSize($0)] } ?? []
    default: return []
    }
  }

  private func precise(_ bytes: UInt64) -> String { ByteCount(bytes).precise }
}

extension BackendState {
  /// Whether QEMU has to create the file or to set its length.
  fileprivate var isEmpty: Bool { self == .missing || self == .file(size: 0) }

  /// The length F, if there is one.
  package var length: UInt64? {
    switch self {
    case .file(let size), .device(let size), .daxDevice(let size, _): size
    default: nil
    }
  }

  /// The unit of mappings in bytes, if it is more than a page; `align=` must be set to it.
  package var mappingUnit: UInt64? {
    guard case .daxDevice(_, let alignment) = self else { return nil }
    return alignment
  }
}
