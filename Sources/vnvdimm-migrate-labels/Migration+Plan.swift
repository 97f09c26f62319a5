import Basics
import CommandSupport
import LabelChange
import PersistentMemory
import Storage
import SystemPackage

extension Migration {
  /// What the migration makes of `backend`, the one that changes.
  func plan(of backend: borrowing Backend, options: MigrateLabels) throws -> MigrationPlan {
    do { return try planned(backend, options) } catch let refusal as MigrationRefusal {
      throw CommandFailure(
        refusal.status, backend.path.string, refusal.description, hint: refusal.hint(for: backend.path.string))
    }
  }

  private func planned(_ backend: borrowing Backend, _ options: MigrateLabels) throws -> MigrationPlan {
    switch self {
    case .slot(let slot): return MigrationPlan(try labelled(backend, options).moved(toSlot: slot))
    case .labelSize(let size):
      return MigrationPlan(
        try labelled(backend, options)
          .resized(labelSize: size, fixed: options.changes.keepRegion ? .region : .mappedSize))
    case .addition(let size): return MigrationPlan(try Self.labelled(backend, adding: size, options))
    case .version(let version):
      let labelled = try labelled(backend, options)
      return MigrationPlan(try labelled.converted(to: version, contents: Self.contents(of: labelled, in: backend)))
    case .copy: return MigrationPlan(try copied(to: backend, options))
    case .split(let file): return MigrationPlan(try labelled(backend, options).split(), splitTo: FilePath(file))
    case .join(let file): return MigrationPlan(try Self.joined(file, to: backend, options))
    case .relocation(let old): return MigrationPlan(try relocated(backend, from: old, options))
    case .restoration(let file): return MigrationPlan(try Self.restored(file, to: backend, options))
    case .repair: return try Self.repaired(backend, options)
    }
  }

  /// The backend with its labels as they are.
  private func labelled(
    _ backend: borrowing Backend, _ options: MigrateLabels, mappedSize: UInt64? = nil
  ) throws -> LabelledBackend {
    let source = try LabelAreaSource(
      backend, mappedSize: mappedSize ?? options.mappedSize?.bytes, labelSize: options.fromLabelSize?.bytes,
      command: command(options))
    let geometry = try Self.geometry(source.location.end, UInt64(source.location.size), backend)
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

  private func copied(to backend: borrowing Backend, _ options: MigrateLabels) throws -> LabelAreaChange {
    let source = try Backend(path: FilePath(options.path))
    let labelled = try labelled(source, options)
    // Labels of another size would begin elsewhere.
    if case .found(let place) = try backend.locateLabelArea() {
      let count = try LabelArea(backend.read(at: place.offset, count: place.size)).usedSlots.count
      guard count == 0 else { throw MigrationRefusal.labelsAtTarget(count: count, offset: place.offset) }
    }
    let geometry = try Self.geometry(backend.size, labelled.geometry.labelSize, backend)
    return try labelled.copied(
      to: geometry, length: backend.size, occupant: try Self.area(of: geometry, in: backend))
  }

  private func relocated(
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
    let target = try Self.geometry(options.mappedSize?.bytes ?? backend.size, labelled.geometry.labelSize, backend)
    guard target.mappedSize <= backend.size else {
      throw MigrationRefusal.shorterThanMapped(length: backend.size, mappedSize: target.mappedSize)
    }
    return try labelled.relocated(to: target, occupant: Self.area(of: target, in: backend))
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
