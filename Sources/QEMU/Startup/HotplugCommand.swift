import Basics

/// A command to the monitor of a running QEMU: `object_add`, `device_add`, `object_del` or `device_del`, as one line of
/// HMP or as a QMP document.
package enum HotplugCommand: Equatable, Sendable {
  case addObject(QEMUDictionary, isJSON: Bool)
  /// If `isJSON`, the properties are as in QMP, with values of any type.
  case addDevice(QEMUDictionary, id: String?, isJSON: Bool)
  case deleteObject(String)
  case deleteDevice(String)

  /// Reads `text`, a line of HMP or a QMP document; `nil` if it is not such a command.
  package init?(_ text: String) {
    guard !text.hasPrefix("{") else {
      self.init(qmp: text)
      return
    }
    let words = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard words.count == 2, let command = try? HotplugCommand(words[0], words[1].trimmingBlanks) else { return nil }
    self = command
  }

  /// Creates the HMP command called `name` from the text that follows its name.
  package init(_ name: String, _ value: String) throws(QEMUStop) {
    switch name {
    case "object_add" where value.hasPrefix("{"):
      do throws(JSONError) { self = .addObject(try QEMUDictionary(json: value), isJSON: true) } catch {
        throw .complaint(.malformedJSON(error), at: .nowhere)
      }
    case "object_add":
      var properties = QEMUDictionary()
      let asksForHelp = try QEMULocation.nowhere.blamed { () throws(QEMUComplaint) in
        try properties.merge(keyval: value, impliedKey: "qom-type")
      }
      if asksForHelp { throw .help }
      self = .addObject(properties, isJSON: false)
    case "device_add":
      let list = OptionList(parsing: value, impliedKey: "driver")
      if list.asksForHelp { throw .help }
      self = .addDevice(list.dictionary, id: list.id, isJSON: false)
    case "object_del": self = .deleteObject(value)
    case "device_del": self = .deleteDevice(value)
    default: throw .unknown("the command \(name)")
    }
  }

  /// Returns the `device_add` of QMP with `arguments`.
  package static func device(_ arguments: QEMUDictionary) -> HotplugCommand {
    .addDevice(arguments, id: arguments["id"]?.text, isJSON: true)
  }

  private init?(qmp text: String) {
    guard let document = try? QEMUDictionary(json: text), let name = document["execute"]?.text,
      let arguments = document["arguments"]?.members.map({ QEMUDictionary($0) })
    else { return nil }
    switch name {
    case "object-add": self = .addObject(arguments, isJSON: true)
    case "device_add": self = .device(arguments)
    case "object-del":
      guard let id = arguments["id"]?.text else { return nil }
      self = .deleteObject(id)
    case "device_del":
      guard let id = arguments["id"]?.text else { return nil }
      self = .deleteDevice(id)
    default: return nil
    }
  }
}

extension QEMUDictionary {
  /// The dictionary with all values as text; older releases convert all values to text to read them again.
  var asOptions: QEMUDictionary {
    var texts = QEMUDictionary()
    for key in keysInOrder { texts[key] = self[key]?.asOptionText.map { .text($0) } }
    return texts
  }
}

extension JSONValue {
  fileprivate var asOptionText: String? {
    switch self {
    case .text(let text): text
    case .integer(let number): String(number)
    case .large(let number): String(number)
    case .boolean(let boolean): boolean ? "on" : "off"
    case .real, .null, .array, .object: nil
    }
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    var text = drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
  }
}
