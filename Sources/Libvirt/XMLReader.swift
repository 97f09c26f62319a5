import Basics
import CXML
import Glibc

/// Reads documents from any source in bounded memory and time.
///
/// A document type is refused: no document that this suite reads has one, and it could define entities that grow by
/// nesting.
@safe struct XMLReader: ~Copyable {
  /// The maximum length of text that libvirt passes on: `VIR_NET_MESSAGE_STRING_MAX`.
  static let byteLimit = 4 << 20
  /// The maximum number of elements and attributes of one document.
  static let nodeLimit = 1 << 16
  /// The maximum number of attributes of one element: libxml2 takes time that grows with the square of their number.
  static let attributeLimit = 1 << 12

  private let reader: OpaquePointer
  private var nodes = 0

  /// Returns the root element of the document in `bytes`.
  static func root(of bytes: [UInt8]) throws(XMLError) -> XMLElement {
    guard bytes.count <= byteLimit else { throw .tooLong(limit: byteLimit) }
    guard BytePattern([UInt8]("<!DOCTYPE".utf8)).offsets(in: bytes).isEmpty else { throw .documentType }
    try checkAttributes(in: bytes)
    // Safe: the reader is gone before the bytes are.
    let answer = unsafe bytes.withUnsafeBytes { (bytes) -> Result<XMLElement, XMLError> in
      Result { () throws(XMLError) in
        var reader = try unsafe XMLReader(bytes)
        return try reader.root()
      }
    }
    return try answer.get()
  }

  /// Checks the number of attributes: an element has no more than there are equals signs before the next element.
  private static func checkAttributes(in bytes: [UInt8]) throws(XMLError) {
    var count = 0
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "<"): count = 0
      case UInt8(ascii: "="): count += 1
      default: continue
      }
      guard count <= attributeLimit else { throw .tooManyNodes(limit: attributeLimit) }
    }
  }

  private init(_ bytes: UnsafeRawBufferPointer) throws(XMLError) {
    var reader: OpaquePointer?
    guard let start = bytes.baseAddress else { throw .malformed("Document is empty", line: 1) }
    // Safe: the caller keeps the bytes as long as the reader lives.
    let answer = unsafe cxml_open(&reader, start.assumingMemoryBound(to: CChar.self), bytes.count)
    guard answer == 0, let reader = unsafe reader else {
      throw answer == -ELIBACC ? .noLibrary : .malformed("not enough memory", line: 0)
    }
    unsafe self.reader = reader
  }

  deinit { unsafe cxml_close(reader) }

  /// Returns the root element. Open elements are kept in a list, so that depth costs no stack.
  private mutating func root() throws(XMLError) -> XMLElement {
    var open: [XMLElement] = []
    while true {
      switch unsafe cxml_next(reader) {
      case Int32(CXML_ELEMENT.rawValue): open.append(try element())
      case Int32(CXML_EMPTY_ELEMENT.rawValue):
        let element = try element()
        guard !open.isEmpty else { return try finish(element) }
        open[open.count - 1].children.append(element)
      case Int32(CXML_ELEMENT_END.rawValue):
        guard let element = open.popLast() else { throw failure }
        guard !open.isEmpty else { return try finish(element) }
        open[open.count - 1].children.append(element)
      case Int32(CXML_TEXT.rawValue):
        // Space around the root belongs to no element.
        if !open.isEmpty { open[open.count - 1].text += unsafe String(cString: cxml_value(reader)) }
      default: throw failure
      }
    }
  }

  /// Returns the root, once what follows it is known to be well-formed.
  private mutating func finish(_ root: XMLElement) throws(XMLError) -> XMLElement {
    while case let answer = unsafe cxml_next(reader), answer != Int32(CXML_END.rawValue) {
      guard answer > 0 else { throw failure }
    }
    return root
  }

  private mutating func element() throws(XMLError) -> XMLElement {
    let local = unsafe String(cString: cxml_name(reader))
    var element = XMLElement(prefix + local)
    try count()
    while unsafe cxml_next_attribute(reader) == 1 {
      try count()
      let name = unsafe String(cString: cxml_name(reader))
      if unsafe cxml_namespace(reader) == nil { element.attributes[name] = unsafe String(cString: cxml_value(reader)) }
    }
    return element
  }

  private var prefix: String {
    guard let name = unsafe cxml_namespace(reader) else { return "" }
    return unsafe String(cString: name) == "http://libvirt.org/schemas/domain/qemu/1.0" ? "qemu:" : "other:"
  }

  private mutating func count() throws(XMLError) {
    nodes += 1
    guard nodes <= Self.nodeLimit else { throw .tooManyNodes(limit: Self.nodeLimit) }
  }

  private var failure: XMLError {
    var line: Int32 = 0
    let message = unsafe String(cString: cxml_error(reader, &line))
    return .malformed(message, line: Int(line))
  }
}

/// An element of an XML document, with all its contents.
package struct XMLElement: Equatable, Sendable {
  /// The name without its prefix; with `qemu:` in libvirt's QEMU namespace, with `other:` in any other namespace.
  package let name: String
  package var attributes: [String: String] = [:]
  package var children: [XMLElement] = []
  /// The text in the element itself, not in its children.
  package var text = ""

  package init(_ name: String) { self.name = name }

  /// Returns the first element that the names lead to, as in the XPath `name/name`.
  package func first(_ path: String...) -> XMLElement? {
    first(path[...])
  }

  private func first(_ path: ArraySlice<String>) -> XMLElement? {
    guard let name = path.first else { return self }
    return children.lazy.filter { $0.name == name }.compactMap { $0.first(path.dropFirst()) }.first
  }

  /// Returns the child elements called `name`.
  package func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

  /// The text, if it is not empty: libvirt treats an empty element as missing.
  package var value: String? { text.isEmpty ? nil : text }
}

/// The reason why a text is not a readable XML document.
package enum XMLError: Error, Equatable, Sendable {
  /// This host has no libxml2.
  case noLibrary
  case tooLong(limit: Int)
  case tooManyNodes(limit: Int)
  case documentType
  /// A message of libxml2.
  case malformed(String, line: Int)
}

extension XMLError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noLibrary: "libxml2 is not installed"
    case .tooLong(let limit): "longer than any libvirt domain (expected at most \(limit) bytes)"
    case .tooManyNodes(let limit): "more elements and attributes than are read (expected at most \(limit))"
    case .documentType: "a document type, which no domain has and which is not read"
    case .malformed(let message, let line): "line \(line): \(message)"
    }
  }
}

/// Values of elements and attributes, with libvirt's messages if they are wrong.
extension XMLElement {
  /// Returns the attribute as one of a few words; `nil` if it is missing.
  func choice<Value>(_ attribute: String, of value: (String) -> Value?) throws(LibvirtRefusal) -> Value? {
    guard let text = attributes[attribute] else { return nil }
    guard let value = value(text) else {
      throw .invalidAttribute(attribute, of: name, value: text, isNumber: false)
    }
    return value
  }

  func required<Value>(_ attribute: String, of value: (String) -> Value?) throws(LibvirtRefusal) -> Value {
    guard let value = try choice(attribute, of: value) else { throw .missingAttribute(attribute, of: name) }
    return value
  }

  func yesOrNo(_ attribute: String) throws(LibvirtRefusal) -> Bool? {
    try choice(attribute) { $0 == "yes" ? true : $0 == "no" ? false : nil }
  }

  func number<Value: FixedWidthInteger>(
    _ attribute: String, as type: Value.Type, radix: UInt64 = 10
  ) throws(LibvirtRefusal) -> Value? {
    guard let text = attributes[attribute] else { return nil }
    guard let number = LibvirtSize.number(text, radix: radix).flatMap({ Value(exactly: $0) }) else {
      throw .invalidAttribute(attribute, of: name, value: text, isNumber: true)
    }
    return number
  }

  /// Returns the size in the first child called `name`, in KiB; 0 if there is no such child.
  func kibibytes(_ name: String, isRequired: Bool = false) throws(LibvirtRefusal) -> UInt64 {
    let element = first(name)
    return try LibvirtSize.kibibytes(
      element?.value, unit: element?.attributes["unit"], at: "./\(name)", isRequired: isRequired)
  }
}
