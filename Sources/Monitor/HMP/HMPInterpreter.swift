import QEMU
import VirtualMachine

/// Executes the commands of the monitor for people, line by line.
struct HMPInterpreter {
  let machine: any MonitoredMachine

  /// Executes `line` and returns the lines of its output.
  func execute(_ line: String) -> [String] {
    let (word, rest) = Self.firstWord(of: line)
    guard !word.isEmpty else { return [] }
    guard let command = HMPCommand(word: word) else { return ["unknown command: '\(word)'"] }
    guard !rest.isEmpty || !command.needsArgument else { return Self.complain(command, "string expected") }
    guard rest.isEmpty || command.takesArgument else {
      return Self.complain(command, "extraneous characters at the end of line")
    }
    do throws(MonitorError) { return try perform(command, rest) } catch { return ["Error: \(error)"] }
  }

  private func perform(_ command: HMPCommand, _ rest: String) throws(MonitorError) -> [String] {
    switch command {
    case .help: return Self.help(rest)
    case .info: return information(rest)
    case .addObject, .addDevice: try machine.perform(Self.command(command.rawValue, rest))
    case .removeObject, .removeDevice:
      let (id, extra) = Self.firstWord(of: rest)
      guard extra.isEmpty else { return Self.complain(command, "extraneous characters at the end of line") }
      try machine.perform(command == .removeObject ? .deleteObject(id) : .deleteDevice(id))
    case .injectError, .clearError, .setHealth, .shutDownUnsafely, .failCommand:
      return try performOnNVDIMM(command, rest.split(whereSeparator: \.isWhitespace).map(String.init))
    case .stop: machine.pause()
    case .cont: machine.resume()
    case .powerDown: machine.pressPowerButton()
    case .reset: machine.reset()
    case .quit: machine.quit()
    }
    return []
  }

  private static func command(_ name: String, _ text: String) throws(MonitorError) -> HotplugCommand {
    do throws(QEMUStop) { return try HotplugCommand(name, text) } catch { throw MonitorError(error) }
  }

  private func performOnNVDIMM(_ command: HMPCommand, _ words: [String]) throws(MonitorError) -> [String] {
    var words = words
    let isTold = command == .injectError && words.first == "-n"
    if isTold { words.removeFirst() }
    guard let device = words.first else { return Self.complain(command, "string expected") }
    let arguments = words.dropFirst()
    func number(_ index: Int, _ name: String) throws(MonitorError) -> UInt64 {
      guard let number = QEMUSize.bytes(arguments[arguments.startIndex + index]) else {
        throw MonitorError("Parameter '\(name)' expects a number")
      }
      return number
    }
    func check(_ count: Int) -> [String]? {
      arguments.count < count
        ? Self.complain(command, "\(count - arguments.count) more expected")
        : arguments.count > count ? Self.complain(command, "extraneous characters at the end of line") : nil
    }
    let done: ConditionCommand
    switch command {
    case .injectError, .clearError:
      if let complaint = check(2) { return complaint }
      let range = try ConditionCommand.range(number(0, "offset"), number(1, "length"))
      done = command == .injectError ? .injectErrors(range, isTold: isTold) : .clearErrors(range)
    case .setHealth:
      if arguments.isEmpty { return Self.complain(command, "1 more expected") }
      done = .setHealth(Array(arguments))
    case .shutDownUnsafely:
      if let complaint = check(0) { return complaint }
      done = .shutDownUnsafely
    case .failCommand:
      if let complaint = check(2) { return complaint }
      done = .fail(
        function: UInt32(clamping: try number(0, "function")), status: UInt32(clamping: try number(1, "status")))
    case .cont, .addDevice, .removeDevice, .help, .info, .addObject, .removeObject, .quit, .stop, .powerDown, .reset:
      return []
    }
    try machine.perform(done, slot: machine.slot(of: device))
    return []
  }

  private static func complain(_ command: HMPCommand, _ fact: String) -> [String] {
    ["\(command.rawValue): \(fact)", "Try \"help \(command.rawValue)\" for more information"]
  }

  private static func help(_ rest: String) -> [String] {
    let (word, topic) = firstWord(of: rest)
    guard !word.isEmpty else { return HMPCommand.allCases.map(\.usage) }
    guard let command = HMPCommand(word: word) else { return ["unknown command: '\(word)'"] }
    guard command == .info else { return [command.usage] }
    let topics = HMPInformation.allCases.filter { topic.isEmpty || $0.rawValue == topic }
    return topics.isEmpty ? ["unknown command: '\(topic)'"] : topics.map(\.usage)
  }

  /// Trims `text` and splits it after its first word.
  private static func firstWord(of text: String) -> (word: String, rest: String) {
    let trimmed = text.drop(while: \.isWhitespace)
    let word = trimmed.prefix { !$0.isWhitespace }
    var rest = trimmed.dropFirst(word.count).drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return (String(word), String(rest))
  }
}
