/// An element of an XML document, with everything in it.
package struct XMLElement: Equatable, Sendable {
  /// Without a prefix; of an element in QEMU's namespace of libvirt with `qemu:`, in any other with `other:`.
  package let name: String
  package var attributes: [String: String] = [:]
  package var children: [XMLElement] = []
  /// What stands in the element itself, not in those within.
  package var text = ""

  package init(_ name: String) { self.name = name }

  /// The first element that the names lead to, as in the XPath `name/name`.
  package func first(_ path: String...) -> XMLElement? {
    first(path[...])
  }

  private func first(_ path: ArraySlice<String>) -> XMLElement? {
    guard let name = path.first else { return self }
    return children.lazy.filter { $0.name == name }.compactMap { $0.first(path.dropFirst()) }.first
  }

  /// The elements called `name` in this one.
  package func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

  /// The text that is not empty: for libvirt an empty element is none.
  package var value: String? { text.isEmpty ? nil : text }
}
