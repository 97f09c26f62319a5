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
