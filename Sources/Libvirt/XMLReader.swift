import Basics
import CXML
import Glibc

/// Reads documents that anybody may have written, in bounded memory and time.
///
/// A document type is refused: nothing that this suite reads has one, and entities that grow by nesting live there.
@safe struct XMLReader: ~Copyable {
  /// The longest text that libvirt passes on: `VIR_NET_MESSAGE_STRING_MAX`.
  static let byteLimit = 4 << 20
  /// Elements and attributes of one document.
  static let nodeLimit = 1 << 16
  /// Attributes of one element: libxml2 takes time that grows with the square of their number.
  static let attributeLimit = 1 << 12

  private let reader: OpaquePointer
  private var nodes = 0

  /// The root element of the document in `bytes`.
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

  /// An element has no more attributes than there are signs of equality up to the next one.
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

  /// The root element. Its descendants are kept in a list of open ones, so that depth costs no stack.
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
        // Space around the root is nobody's.
        if !open.isEmpty { open[open.count - 1].text += unsafe String(cString: cxml_value(reader)) }
      default: throw failure
      }
    }
  }

  /// The root, once what follows it is known to be well-formed.
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
