import Basics

/// A program as the user names it, with its release and the relevant options: `cloud-hypervisor,release=51.0,size=4M`.
package struct ConsumerChoice: Sendable {
  package let consumer: Consumer
  /// The release; `nil` if it is not given, for the newest described one.
  package let release: ConsumerRelease?
  /// The given values of the program's options, by name.
  let values: [String: String]
  /// `size=`, in bytes.
  package let size: UInt64?
  /// The text as given.
  package let text: String

  package enum Failure: Error, Equatable {
    case noConsumer(String, nearest: String?)
    case nothing(String, String)
    case malformed(String)
    case noOption(String, of: String, expected: [String])
    case givenTwice(String)
    case value(String, of: String, expected: String)
  }

  /// Reads `NAME[,release=RELEASE][,OPTION=VALUE]...`; the options are those of the program.
  package init(parsing text: String) throws(Failure) {
    self.text = text
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let name = parts.first ?? ""
    guard let consumer = Consumer.all.first(where: { $0.name == name }) else {
      throw .noConsumer(name, nearest: Consumer.all.map(\.name).nearest(to: name))
    }
    if case .nothing(let reason) = consumer.start { throw .nothing(consumer.title, reason) }
    self.consumer = consumer
    var values: [String: String] = [:]
    for part in parts.dropFirst() {
      guard let separator = part.firstIndex(of: "=") else { throw .malformed(part) }
      let name = String(part[..<separator])
      guard values.updateValue(String(part[part.index(after: separator)...]), forKey: name) == nil else {
        throw .givenTwice(name)
      }
    }
    release = try values.removeValue(forKey: "release").map { text throws(Failure) in
      guard let release = ConsumerRelease(parsing: text) else {
        throw .value(text, of: "release", expected: "a release such as \(consumer.newest?.description ?? "1.0")")
      }
      return release
    }
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let option = consumer.options.first(where: { $0.name == name }) else {
        throw .noOption(name, of: consumer.title, expected: ["release"] + consumer.options.map(\.name))
      }
      guard option.values.isEmpty || option.values.contains(value) else {
        throw .value(value, of: name, expected: option.values.joined(separator: " or "))
      }
    }
    size = try values["size"].map { text throws(Failure) in
      do throws(ByteCountError) { return try ByteCount(parsing: text).bytes } catch {
        throw .value(text, of: "size", expected: "\(error)")
      }
    }
    self.values = values
  }

  /// Returns the value of the option `name`, given or default.
  func value(of name: String) -> String? { values[name] ?? consumer.options.first { $0.name == name }?.usual }

  /// The given options as the program reads them, each after a comma, in the order of the table.
  var givenOptions: String {
    consumer.options.compactMap { option in values[option.name].map { ",\(option.name)=\($0)" } }.joined()
  }

  /// The release in question.
  package var effectiveRelease: ConsumerRelease? { release ?? consumer.newest }

  /// The program with its release, for people.
  package var title: String {
    ([consumer.title] + [effectiveRelease?.description].compactMap(\.self)).joined(separator: " ")
  }
}

extension ConsumerChoice.Failure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noConsumer(let name, let nearest):
      "'\(name)' is not a known program (expected \(Consumer.described.joined(separator: ", ")))"
        + (nearest.map { ". Did you mean '\($0)'?" } ?? "")
    case .nothing(let title, let reason): "\(title) gives its guests no persistent memory: \(reason)"
    case .malformed(let part): "'\(part)' is not of the form OPTION=VALUE"
    case .noOption(let name, let title, let expected):
      "'\(name)' is not an option of \(title) that matters here (expected \(expected.joined(separator: ", ")))"
    case .givenTwice(let name): "\(name)= is given twice"
    case .value(let value, let name, let expected): "\(name)=: '\(value)' is not a valid value (expected \(expected))"
    }
  }
}

/// A release of a program, such as 1.14 or 51.0: numbers separated by points, with or without a leading `v`.
package struct ConsumerRelease: Hashable, Comparable, Sendable {
  private let numbers: [Int]

  package init(_ numbers: Int...) { self.numbers = numbers }

  /// `nil` if `text` is not a release.
  package init?(parsing text: String) {
    let digits = text.hasPrefix("v") ? text.dropFirst() : text[...]
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in part.allSatisfy { $0.isASCII && $0.isNumber } ? Int(part) : nil }
    guard (1...4).contains(parts.count), numbers.count == parts.count else { return nil }
    self.numbers = numbers
  }

  package static func < (left: ConsumerRelease, right: ConsumerRelease) -> Bool {
    left.numbers.lexicographicallyPrecedes(right.numbers)
  }
}

extension ConsumerRelease: CustomStringConvertible {
  package var description: String { numbers.map(String.init).joined(separator: ".") }
}
