import BackendStorage
import CommandSupport
import SystemPackage
import VNVDIMMCore

extension Migration {
  /// What the migration makes of `backend`, the one that changes.
  func plan(of backend: borrowing Backend, options: MigrateLabels) throws -> MigrationPlan {
    do {
      if self == .repair { return try Self.repaired(backend, options) }
      let change = try change(of: backend, options)
      guard case .split(let file) = self, let area = change.before else { return MigrationPlan(change) }
      return MigrationPlan(change, splitTo: (FilePath(file), area.bytes))
    } catch let refusal as MigrationRefusal {
      throw CommandFailure(
        refusal.status, backend.path.string, refusal.description, hint: refusal.hint(for: backend.path.string))
    }
  }

  private func change(of backend: borrowing Backend, _ options: MigrateLabels) throws -> LabelAreaChange {
    switch self {
    case .slot(let slot): return try Self.labelled(backend, options).moved(toSlot: slot)
    case .labelSize(let size):
      return try Self.labelled(backend, options)
        .resized(labelSize: size, fixed: options.changes.keepRegion ? .region : .mappedSize)
    case .addition(let size): return try Self.labelled(backend, adding: size, options)
    case .version(let version):
      let labelled = try Self.labelled(backend, options)
      return try labelled.converted(to: version, contents: Self.contents(of: labelled, in: backend))
    case .copy: return try Self.copied(to: backend, options)
    case .split: return try Self.labelled(backend, options).split()
    case .join(let file): return try Self.joined(file, to: backend, options)
    case .relocation(let old): return try Self.relocated(backend, from: old, options)
    case .restoration(let file): return try Self.restored(file, to: backend, options)
    case .repair: return try Self.repaired(backend, options).change
    }
  }

  /// The backend with its labels as they are.
  private static func labelled(
    _ backend: borrowing Backend, _ options: MigrateLabels, mappedSize: UInt64? = nil
  ) throws -> LabelledBackend {
    let source = try LabelAreaSource(
      backend, mappedSize: mappedSize ?? options.mappedSize?.bytes, labelSize: options.fromLabelSize?.bytes,
      command: options.hintCommand)
    let geometry = try geometry(source.location.end, UInt64(source.location.size), backend)
    return try LabelledBackend(
      LabelArea(source.bytes), geometry: geometry, length: backend.size, isFile: backend.kind == .regularFile)
  }

  static func geometry(
    _ mappedSize: UInt64, _ labelSize: UInt64, _ backend: borrowing Backend
  ) throws -> BackendGeometry {
    do { return try BackendGeometry(mappedSize: mappedSize, labelSize: labelSize) } catch {
      throw CommandFailure(.unsupported, backend.path.string, "\(error)")
    }
  }

  static func area(of geometry: BackendGeometry, in backend: borrowing Backend) throws -> [UInt8] {
    guard let offset = geometry.labelOffset else { return [] }
    return try backend.read(at: offset, count: Int(geometry.labelSize))
  }

  /// What is in each namespace, by the slot of its label.
  private static func contents(
    of labelled: LabelledBackend, in backend: borrowing Backend
  ) throws -> [Int: NamespaceContents] {
    var contents: [Int: NamespaceContents] = [:]
    for head in labelled.heads where head.offset < backend.size {
      let count = min(NamespaceContents.headSize, Int(clamping: backend.size - head.offset))
      contents[head.slot] = NamespaceContents(of: try backend.read(at: head.offset, count: count), parent: head.uuid)
    }
    return contents
  }

  private static func copied(to backend: borrowing Backend, _ options: MigrateLabels) throws -> LabelAreaChange {
    let source = try Backend(path: FilePath(options.path))
    let labelled = try Self.labelled(source, options)
    // Labels of another size would begin elsewhere.
    if case .found(let place) = try backend.locateLabelArea() {
      let count = try LabelArea(backend.read(at: place.offset, count: place.size)).usedSlots.count
      guard count == 0 else { throw MigrationRefusal.labelsAtTarget(count: count, offset: place.offset) }
    }
    let geometry = try geometry(backend.size, labelled.geometry.labelSize, backend)
    return try labelled.copied(
      to: geometry, length: backend.size, occupant: try area(of: geometry, in: backend))
  }

  private static func relocated(
    _ backend: borrowing Backend, from old: UInt64, _ options: MigrateLabels
  ) throws -> LabelAreaChange {
    guard old <= backend.size else {
      throw CommandFailure(
        .damaged, backend.path.string,
        "the backend ends before --relocate-from, and the labels with it "
          + "(stored \(ByteCount(backend.size).precise), expected at least \(ByteCount(old).precise))")
    }
    let labelled = try labelled(backend, options, mappedSize: old)
    guard labelled.geometry.mappedSize == old else {
      throw CommandFailure(
        .damaged, backend.path.string, "no label area ends at --relocate-from",
        hint: "vnvdimm-label-dump \(backend.path.string.shellQuotedPath)")
    }
    let target = try geometry(options.mappedSize?.bytes ?? backend.size, labelled.geometry.labelSize, backend)
    guard target.mappedSize <= backend.size else {
      throw MigrationRefusal.shorterThanMapped(length: backend.size, mappedSize: target.mappedSize)
    }
    return try labelled.relocated(to: target, occupant: area(of: target, in: backend))
  }

  private static func joined(
    _ file: String, to backend: borrowing Backend, _ options: MigrateLabels
  ) throws -> LabelAreaChange {
    let mappedSize = options.mappedSize?.bytes ?? backend.size
    let area = try LabelFile(file).area
    if case .found(let place) = try backend.locateLabelArea(mappedSize: mappedSize), place.end == mappedSize {
      throw MigrationRefusal.alreadyLabelled
    }
    let isFile = backend.kind == .regularFile
    let size = min(UInt64(area.bytes.count), mappedSize)
    let occupant = isFile ? [] : try backend.read(at: mappedSize - size, count: Int(size))
    return try UnlabelledBackend(geometry(mappedSize, 0, backend), length: backend.size, isFile: isFile)
      .joined(with: area, occupant: occupant)
  }
}

extension MigrateLabels {
  /// The command that a hint about an area that is not found names.
  var hintCommand: (program: String, option: String) {
    let change = CommandLine.arguments.dropFirst().first { $0.hasPrefix("--") }
    return ("\(Self.programName)\(change == "--repair" ? " --repair" : "")", "--from-label-size")
  }
}
