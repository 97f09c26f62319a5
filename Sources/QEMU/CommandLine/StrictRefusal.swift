package import Basics
package import PersistentMemory

/// What our own dialect refuses although QEMU would go on. Each refusal comes with a remedy.
package enum StrictRefusal: Hashable, Sendable {
  // The options.
  case unexpectedArgument(String)
  case notOneOf(parameter: String, value: String, expected: [String])
  case unsupportedMachine(String)
  case ramTooLarge
  case noProcessors
  case tooManyProcessors(Int)
  case processorAssigned(node: UInt64)
  /// QEMU would print help.
  case help
  /// The option is not described here.
  case undescribed(String)
  // A backend. All sizes are in bytes.
  /// The file exists, but its size differs from the option's.
  case sizeMismatch(stored: UInt64, expected: UInt64)
  /// The path names neither a file nor a device that retains what is written.
  case notABackend(path: String)
  case readOnlyButPreallocated
  /// Writes to the backend are not durable once they have left the CPU's caches.
  case notPersistentMemory
  // A device.
  /// Two NVDIMMs would write to the same bytes.
  case fileInUse(path: String)
  /// The guest's writes go to no file.
  case nothingToFlush
  /// The backend keeps every write of the guest, so `--power-cut` has no effect on it.
  case losesNothing
  /// Text that is not a range of media errors.
  case notARange(String)
  case health(DIMMHealth.SettingError)
  /// A media error lies outside the guest's region of `size` bytes.
  case errorOutside(Range<UInt64>, size: UInt64)
  case tooManyErrors

  /// The maximum number of CPUs: the tables support only APIC ids that fit one byte.
  package static let processorLimit = 64

  package var text: (fact: String, hint: Hint?) {
    switch self {
    case .unexpectedArgument(let argument):
      ("is neither an option nor the value of one", .command("vnvdimm", "emulate", "--nvdimm", path: argument))
    case .notOneOf(let parameter, let value, let expected):
      (
        "Parameter '\(parameter)' does not accept value '\(value)' (expected \(expected.joined(separator: ", ")))",
        expected.nearest(to: value).map { .options("\(parameter)=\($0)") }
      )
    case .unsupportedMachine(let name):
      ("unsupported machine type '\(name)' (expected pc or q35)", .options("-machine q35,nvdimm=on"))
    case .ramTooLarge: ("ram size too large", nil)
    case .noProcessors:
      ("Invalid CPU topology: CPU topology parameters must be greater than zero", .options("-smp 1"))
    case .tooManyProcessors(let count):
      (
        "too many CPUs (stored \(count), expected at most \(Self.processorLimit))",
        .options("-smp \(Self.processorLimit)")
      )
    case .processorAssigned(let node): ("CPU is already assigned to node-id: \(node)", nil)
    case .help: ("the manual has what QEMU's help would say", .command("man", "vnvdimm-emulate"))
    case .undescribed(let what): ("what QEMU does with \(what) is not described", nil)
    case .sizeMismatch(let stored, let expected):
      (
        "the file's size does not match 'size' (stored \(ByteCount(stored).precise), expected "
          + "\(ByteCount(expected).precise))",
        .options("size=\(ByteCount(stored).argument)")
      )
    case .notABackend(let path): ("\(path) is neither a file nor a device that can be a backend", nil)
    case .readOnlyButPreallocated:
      ("'prealloc' cannot be 'on' since the backend is read-only", .options("prealloc=off"))
    case .notPersistentMemory:
      (
        "'pmem' cannot be 'on' since the backend is not on persistent memory of this host",
        .options("pmem=off")
      )
    case .fileInUse(let path):
      (
        "\(path) is the backend of another NVDIMM, and what one writes the other loses",
        .options("share=off")
      )
    case .notARange(let text):
      ("Parameter 'errors' does not accept value '\(text)' (expected OFFSET+LENGTH)", .options("errors=0x1000+256"))
    case .health(let error): ("\(error)", nil)
    case .errorOutside(let range, let size):
      (
        "a media error lies outside the NVDIMM (stored \(range.lowerBound.hex)-\((range.upperBound - 1).hex), expected "
          + "less than \(ByteCount(size).precise))", nil
      )
    case .tooManyErrors: ("an NVDIMM keeps at most \(MediaErrors.limit) ranges of media errors", nil)
    case .losesNothing: ("a host DAX device keeps all that the guest writes (--power-cut takes files)", nil)
    case .nothingToFlush:
      (
        "'flush-hint' cannot be 'on' since what the guest writes goes to no file",
        .options("flush-hint=off")
      )
    }
  }
}
