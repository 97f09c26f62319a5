package import Basics
package import PersistentMemory

/// A file whose length is to change: with a label area at its end, or without one.
package enum ResizedBackend: Sendable {
  case labelled(LabelledBackend)
  case unlabelled(BackendGeometry)

  /// S, L, A and R as they are.
  package var geometry: BackendGeometry {
    switch self {
    case .labelled(let backend): backend.geometry
    case .unlabelled(let geometry): geometry
    }
  }

  /// The label area as it is; nil without one.
  package var area: LabelArea? {
    switch self {
    case .labelled(let backend): backend.area
    case .unlabelled: nil
    }
  }

  /// The label area without the labels of `namespaces`.
  func area(without namespaces: [NamespaceIdentity]) -> LabelArea? {
    guard case .labelled(let backend) = self, !namespaces.isEmpty else { return area }
    return (backend.dropping(namespaces).after?.bytes).flatMap { try? LabelArea($0) }
  }

  /// Whether the region is one namespace, which no label bounds.
  package var isOneNamespace: Bool {
    switch self {
    case .labelled(let backend): backend.area.isBlank
    case .unlabelled: true
    }
  }

  /// S, L, A and R with `mappedSize` bytes.
  package func geometry(mappedSize: UInt64) throws(MigrationRefusal) -> BackendGeometry {
    try LabelledBackend.geometry(mappedSize: mappedSize, labelSize: geometry.labelSize, like: geometry)
  }

  /// The namespaces, by their labels, of which bytes would lie outside of the region, were S `mappedSize`.
  package func namespacesCut(byMappedSize mappedSize: UInt64) throws(MigrationRefusal) -> [NamespaceIdentity] {
    guard case .labelled(let backend) = self, !backend.area.isBlank else { return [] }
    return try backend.namespacesCut(byMappedSize: mappedSize)
  }

  /// The changes, one after the other, that make S and F `mappedSize`; `lost` are namespaces given up before.
  package func changes(
    toMappedSize mappedSize: UInt64, losing lost: [NamespaceIdentity] = []
  ) throws(MigrationRefusal) -> [LabelAreaChange] {
    switch self {
    case .unlabelled(let geometry):
      return [LabelAreaChange(before: nil, after: nil, lengthBefore: geometry.mappedSize, lengthAfter: mappedSize)]
    case .labelled(let backend):
      guard !lost.isEmpty else { return [try backend.resized(mappedSize: mappedSize)] }
      let dropping = backend.dropping(lost)
      guard let rest = try LabelledBackend(after: dropping, alignment: backend.geometry.alignment) else { return [] }
      return [dropping, try rest.resized(mappedSize: mappedSize)]
    }
  }
}

/// The length that a backend is to get, as people write it: `64M`, or `+16M` and `-16M` for a change of it.
package enum ResizeTarget: Hashable, Sendable {
  case absolute(UInt64)
  case growth(UInt64)
  case shrinkage(UInt64)

  /// A sign of subtraction that no argument parser takes for the beginning of an option.
  package static let minus: Character = "\u{2212}"

  package init(parsing text: String) throws(ByteCountError) {
    switch text.first {
    case "+": self = .growth(try ByteCount(parsing: String(text.dropFirst())).bytes)
    case "-", Self.minus: self = .shrinkage(try ByteCount(parsing: String(text.dropFirst())).bytes)
    default: self = .absolute(try ByteCount(parsing: text).bytes)
    }
  }

  /// The bytes that a backend of `size` bytes is to have; nil below 1 or beyond the longest file.
  package func size(from size: UInt64) -> UInt64? {
    let target: (partialValue: UInt64, overflow: Bool) =
      switch self {
      case .absolute(let bytes): (bytes, false)
      case .growth(let bytes): size.addingReportingOverflow(bytes)
      case .shrinkage(let bytes): size.subtractingReportingOverflow(bytes)
      }
    let isPossible = !target.overflow && target.partialValue > 0 && target.partialValue <= UInt64(Int64.max)
    return isPossible ? target.partialValue : nil
  }
}

extension LabelledBackend {
  /// The namespaces of which bytes would lie outside of the region, were S `mappedSize`.
  package func namespacesCut(byMappedSize mappedSize: UInt64) throws(MigrationRefusal) -> [NamespaceIdentity] {
    let target = try Self.geometry(mappedSize: mappedSize, labelSize: geometry.labelSize, like: geometry)
    return namespaces.filter { namespace in
      guard let end = namespace.end else { return false }
      return end <= geometry.regionSize && end > target.regionSize
    }
  }

  /// The labels at the end of a file of `mappedSize` bytes, longer or shorter than this one, all of which is mapped.
  ///
  /// L, A and what namespaces own stay. What the region gains reads as zeros.
  package func resized(mappedSize: UInt64) throws(MigrationRefusal) -> LabelAreaChange {
    let tail = length - geometry.mappedSize
    guard tail == 0 else { throw .tail(tail) }
    guard isFile else {
      throw .cannotGrow(needed: mappedSize, length: length, surplus: mappedSize - min(mappedSize, length))
    }
    let target = try Self.geometry(mappedSize: mappedSize, labelSize: geometry.labelSize, like: geometry)
    // A region that is one namespace by itself has no label to be in the way: its contents are for the caller.
    if !area.isBlank { try checkRoom(in: target) }
    try checkEverySlotCounts()
    try checkShown(area.bytes, in: target)
    return change(to: area.bytes, endingAt: mappedSize, length: mappedSize)
  }

  /// The labels without those of `namespaces`, whose data is thereby given up.
  package func dropping(_ namespaces: [NamespaceIdentity]) -> LabelAreaChange {
    let dropped = labels.filter { namespaces.contains(NamespaceIdentity($0)) }.map { Int($0.slot) }
    return change(to: area.updated(replacing: [:], freeing: dropped))
  }
}
