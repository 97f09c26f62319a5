/// A program that gives files and devices to guests as persistent memory, and its behavior with them: a row of
/// `Consumer.all`.
package struct Consumer: Sendable {
  /// The size of the guest's device. All numbers are bytes.
  package enum Extent: Sendable {
    /// The mapped size.
    case exact
    /// The mapped size, rounded up.
    case roundedUp(to: UInt64)
    /// The next power of two, but at least this size.
    case powerOfTwo(atLeast: UInt64)
  }

  /// What the program starts.
  package enum Start: Sendable {
    /// A VMM of its own, whose behavior is that of `statements`.
    case own(Extent)
    /// A QEMU with these arguments; `statements` apply in addition.
    case qemu(@Sendable (_ path: String, _ length: UInt64) -> [String])
    /// QEMU as usual, without `--for`.
    case usual
    /// QEMU by way of libvirt, from a domain.
    case domain
    /// Guests without persistent memory, for this reason.
    case nothing(String)
  }

  /// An option of the program that determines the use of a backend, in the program's own words.
  package struct Option: Sendable {
    package let name: String
    /// The possible values of a text; empty for a size.
    let values: [String]
    /// The default value.
    let usual: String?

    static func size(_ name: String = "size") -> Option { Option(name: name, values: [], usual: nil) }
    static func switchable(_ name: String, _ values: [String], usual: String) -> Option {
      Option(name: name, values: values, usual: usual)
    }
  }

  /// The program's name as a value of `--for`.
  package let name: String
  /// The program's name for people.
  package let title: String
  package let start: Start
  /// The newest described release, or a commit if there are no releases.
  package let newest: ConsumerRelease?
  package let options: [Option]
  /// The statements in the order of the program's checks.
  let statements: [ConsumerStatement]
  /// The granularity, in bytes, of the length of a file that is made for the program.
  package let unit: UInt64
  /// Whether images for the program begin with the info block of fsdax mode.
  package let isDirect: Bool
  /// The configuration lines that give the backend to the program, with the options of the choice.
  package let configuration: @Sendable (_ path: String, ConsumerChoice) -> [String]

  init(
    _ name: String, _ title: String, _ start: Start, newest: ConsumerRelease? = nil, unit: UInt64 = 2 << 20,
    isDirect: Bool = false, options: [Option] = [], _ statements: [ConsumerStatement] = [],
    configuration: @escaping @Sendable (_ path: String, ConsumerChoice) -> [String] = { _, _ in [] }
  ) {
    self.name = name
    self.title = title
    self.start = start
    self.newest = newest
    self.unit = unit
    self.isDirect = isDirect
    self.options = options
    self.statements = statements
    self.configuration = configuration
  }
}

/// The behavior of one release of a program in one situation, with the place in its sources.
struct ConsumerStatement: Sendable {
  enum Outcome: Sendable {
    /// The program does not start, with this message.
    case refuses(String)
    /// The program does not start, for this reason; its message is not recorded.
    case fails(String)
    /// The program starts, with this consequence; the sizes that the message is about are added to it.
    case tells(ConsumerRule, String)
  }

  let situation: ConsumerSituation
  let outcome: Outcome
  let source: String

  static func refuses(_ words: String, when situation: ConsumerSituation, _ source: String) -> ConsumerStatement {
    ConsumerStatement(situation: situation, outcome: .refuses(words), source: source)
  }

  static func fails(
    _ reason: String, when situation: ConsumerSituation, _ source: String
  ) -> ConsumerStatement {
    ConsumerStatement(situation: situation, outcome: .fails(reason), source: source)
  }

  static func tells(
    _ rule: ConsumerRule, _ message: String, when situation: ConsumerSituation, _ source: String
  ) -> ConsumerStatement {
    ConsumerStatement(situation: situation, outcome: .tells(rule, message), source: source)
  }
}

/// The condition of a statement.
indirect enum ConsumerSituation: Sendable {
  case missing
  case folder
  case folderWithoutSize
  case file
  /// An empty file.
  case empty
  /// A block device or a DAX device.
  case device
  case notMultiple(of: UInt64)
  /// The mapped size exceeds the file.
  case beyondFile
  /// The mapped size is less than the file.
  case withinFile
  /// The guest's device is longer than the mapped size.
  case padded
  /// The guest size is not a multiple of 2 MiB.
  case guestMisaligned
  /// There is a label area.
  case labelled
  /// The guest does not see a namespace in fsdax mode.
  case withoutDAX
  case option(String, is: String)
  case before(ConsumerRelease)
  case since(ConsumerRelease)
  case both(ConsumerSituation, ConsumerSituation)
}
