import QEMU

/// Does what is typed at the monitor for people, line by line, and says what there is to say.
struct HMPInterpreter {
  let machine: any MonitoredMachine

  /// The lines that `line` is answered with.
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

  /// `text` without the blanks around it, cut behind its first word.
  private static func firstWord(of text: String) -> (word: String, rest: String) {
    let trimmed = text.drop(while: \.isWhitespace)
    let word = trimmed.prefix { !$0.isWhitespace }
    var rest = trimmed.dropFirst(word.count).drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return (String(word), String(rest))
  }
}
