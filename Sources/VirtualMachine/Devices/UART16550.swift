/// The registers of a 16550A, without its surroundings.
///
/// Sending takes no time: the transmitter is always empty, and says so with an interrupt after each byte. Source:
/// National Semiconductor PC16550D data sheet.
struct UART16550: Sendable {
  private enum Register {
    static let data = 0, interruptEnable = 1, identification = 2, lineControl = 3, modemControl = 4, lineStatus = 5
    static let modemStatus = 6, scratch = 7
  }
  private enum Enable {
    static let received: UInt8 = 1, sent: UInt8 = 2
  }
  private enum Identification {
    static let none: UInt8 = 1, sent: UInt8 = 2, received: UInt8 = 4, fifos: UInt8 = 0xc0
  }
  private static let divisorAccess: UInt8 = 0x80
  private static let loopback: UInt8 = 0x10
  private static let dataReady: UInt8 = 0x01
  /// The transmitter and its holding register are empty.
  private static let idle: UInt8 = 0x60
  static let fifoSize = 16

  private var interruptEnable: UInt8 = 0
  private var fifoControl: UInt8 = 0
  private var lineControl: UInt8 = 0
  private var modemControl: UInt8 = 0
  private var scratch: UInt8 = 0
  private var divisor: (low: UInt8, high: UInt8) = (1, 0)
  private var received: [UInt8] = []
  private var hasSent = false

  /// Whether the device drives its interrupt line.
  var isInterrupting: Bool { identification != Identification.none }

  /// The number of bytes that the receiver can still take from the line; 0 in loopback mode, which disconnects it.
  var room: Int { modemControl & Self.loopback == 0 ? space : 0 }

  private var space: Int { (fifoControl & 1 != 0 ? Self.fifoSize : 1) - received.count }

  /// Receives a byte from the line. Call it only if there is `room`.
  mutating func receive(_ byte: UInt8) { received.append(byte) }

  /// Handles the guest's write to a register. Returns the byte sent on the line, if any.
  mutating func write(_ value: UInt8, register: Int) -> UInt8? {
    switch register {
    case Register.data where lineControl & Self.divisorAccess != 0: divisor.low = value
    case Register.interruptEnable where lineControl & Self.divisorAccess != 0: divisor.high = value
    case Register.data:
      hasSent = true
      guard modemControl & Self.loopback != 0 else { return value }
      if space > 0 { received.append(value) }
    case Register.interruptEnable:
      // Enabling the interrupt of an empty transmitter raises it.
      if value & Enable.sent != 0, interruptEnable & Enable.sent == 0 { hasSent = true }
      interruptEnable = value & 0x0f
    case Register.identification:
      if value & 0x02 != 0 || (value ^ fifoControl) & 1 != 0 { received.removeAll() }
      fifoControl = value & 0xc9
    case Register.lineControl: lineControl = value
    case Register.modemControl: modemControl = value & 0x1f
    case Register.scratch: scratch = value
    default: break
    }
    return nil
  }

  /// Handles the guest's read of a register.
  mutating func read(register: Int) -> UInt8 {
    switch register {
    case Register.data where lineControl & Self.divisorAccess != 0: return divisor.low
    case Register.interruptEnable where lineControl & Self.divisorAccess != 0: return divisor.high
    case Register.data: return received.isEmpty ? 0 : received.removeFirst()
    case Register.interruptEnable: return interruptEnable
    case Register.identification:
      let cause = identification
      // Reading this cause clears it.
      if cause == Identification.sent { hasSent = false }
      return cause | (fifoControl & 1 != 0 ? Identification.fifos : 0)
    case Register.lineControl: return lineControl
    case Register.modemControl: return modemControl
    case Register.lineStatus: return Self.idle | (received.isEmpty ? 0 : Self.dataReady)
    case Register.modemStatus: return modemStatus
    default: return scratch
    }
  }

  /// The most urgent interrupt cause.
  private var identification: UInt8 {
    if interruptEnable & Enable.received != 0, !received.isEmpty { return Identification.received }
    if interruptEnable & Enable.sent != 0, hasSent { return Identification.sent }
    return Identification.none
  }

  /// The modem status. In loopback mode the inputs are the outputs: RTS to CTS, DTR to DSR, OUT1 to RI, OUT2 to DCD.
  /// Otherwise it is that of a peer that is always ready.
  private var modemStatus: UInt8 {
    guard modemControl & Self.loopback != 0 else { return 0xb0 }
    let (dtr, rts, out1, out2) =
      (modemControl & 1, modemControl >> 1 & 1, modemControl >> 2 & 1, modemControl >> 3 & 1)
    return rts << 4 | dtr << 5 | out1 << 6 | out2 << 7
  }
}
