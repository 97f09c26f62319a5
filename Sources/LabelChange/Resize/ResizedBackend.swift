package import Basics
package import PersistentMemory

/// A file whose length is to change, with or without a label area at its end.
package enum ResizedBackend: Sendable {
  case labelled(LabelledBackend)
  case unlabelled(BackendGeometry)

  /// The present S, L, A and R.
  package var geometry: BackendGeometry {
    switch self {
    case .labelled(let backend): backend.geometry
    case .unlabelled(let geometry): geometry
    }
  }

  /// The present label area; `nil` if there is none.
  package var area: LabelArea? {
    switch self {
    case .labelled(let backend): backend.area
    case .unlabelled: nil
    }
  }

  /// Returns the label area without the labels of `namespaces`.
  func area(without namespaces: [NamespaceIdentity]) -> LabelArea? {
    guard case .labelled(let backend) = self, !namespaces.isEmpty else { return area }
    return (backend.dropping(namespaces).after?.bytes).flatMap { try? LabelArea($0) }
  }

  /// Whether the region is one namespace that no label bounds.
  package var isOneNamespace: Bool {
    switch self {
    case .labelled(let backend): backend.area.isBlank
    case .unlabelled: true
    }
  }

  /// Returns S, L, A and R for `mappedSize` bytes. Throws if the backend cannot get that size.
  package func geometry(mappedSize: UInt64) throws(MigrationRefusal) -> BackendGeometry {
    try LabelledBackend.geometry(mappedSize: mappedSize, labelSize: geometry.labelSize, like: geometry)
  }

  /// Returns the namespaces, by their labels, that would lie partly outside the region if S were `mappedSize`.
  package func namespacesCut(byMappedSize mappedSize: UInt64) throws(MigrationRefusal) -> [NamespaceIdentity] {
    guard case .labelled(let backend) = self, !backend.area.isBlank else { return [] }
    return try backend.namespacesCut(byMappedSize: mappedSize)
  }

  /// Returns the changes, in order, that make S and F `mappedSize`; `lost` are namespaces that are given up first.
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

/// The requested length of a backend: `64M`, or `+16M` and `-16M` for a difference.
package enum ResizeTarget: Hashable, Sendable {
  case absolute(UInt64)
  case growth(UInt64)
  case shrinkage(UInt64)

  /// A minus sign that no argument parser mistakes for the beginning of an option.
  package static let minus: Character = "\u{2212}"

  package init(parsing text: String) throws(ByteCountError) {
    switch text.first {
    case "+": self = .growth(try ByteCount(parsing: String(text.dropFirst())).bytes)
    case "-", Self.minus: self = .shrinkage(try ByteCount(parsing: String(text.dropFirst())).bytes)
    default: self = .absolute(try ByteCount(parsing: text).bytes)
    }
  }

  /// Returns the new size of a backend of `size` bytes; `nil` if it is below 1 or beyond the longest file.
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
  /// Returns the namespaces that would lie partly outside the region if S were `mappedSize`.
  package func namespacesCut(byMappedSize mappedSize: UInt64) throws(MigrationRefusal) -> [NamespaceIdentity] {
    let target = try Self.geometry(mappedSize: mappedSize, labelSize: geometry.labelSize, like: geometry)
    return namespaces.filter { namespace in
      guard let end = namespace.end else { return false }
      return end <= geometry.regionSize && end > target.regionSize
    }
  }

  /// Moves the labels to the end of a file of `mappedSize` bytes, longer or shorter than this one and mapped entirely.
  ///
  /// L, A and the bytes of namespaces stay. The bytes that the region gains read as zeros.
  package func resized(mappedSize: UInt64) throws(MigrationRefusal) -> LabelAreaChange {
    let tail = length - geometry.mappedSize
    guard tail == 0 else { throw .tail(tail) }
    guard isFile else {
      throw .cannotGrow(needed: mappedSize, length: length, surplus: mappedSize - min(mappedSize, length))
    }
    let target = try Self.geometry(mappedSize: mappedSize, labelSize: geometry.labelSize, like: geometry)
    // A region that is one namespace by itself has no label in the way: the caller must check its contents.
    if !area.isBlank { try checkRoom(in: target) }
    try checkEverySlotCounts()
    try checkShown(area.bytes, in: target)
    return change(to: area.bytes, endingAt: mappedSize, length: mappedSize)
  }

  /// Removes the labels of `namespaces`, whose data is thereby given up.
  package func dropping(_ namespaces: [NamespaceIdentity]) -> LabelAreaChange {
    let dropped = labels.filter { namespaces.contains(NamespaceIdentity($0)) }.map { Int($0.slot) }
    return change(to: area.updated(replacing: [:], freeing: dropped))
  }
}
