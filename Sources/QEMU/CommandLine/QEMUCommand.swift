import Basics

/// A command line of QEMU's, taken apart as QEMU takes it apart: what concerns memory devices is kept, the rest
/// passed over. Nothing is looked up yet, and no file is opened but those that `-readconfig` names.
///
/// Source: QEMU 7.2 `softmmu/vl.c`, `qemu_init`; other releases where they differ for memory devices.
package struct QEMUCommand: Sendable {
  /// Options of one argument, and where they stood.
  package struct Options: Sendable {
    package let location: QEMULocation
    package let list: OptionList
  }

  /// An object of `-object`: a memory backend, or another one with its id.
  package struct Object: Sendable {
    package let location: QEMULocation
    package let id: String
    package var backend: BackendOption?
    /// What is wrong with it, where that is found when its turn comes.
    var fault: QEMUComplaint?
    /// As they were given, and whether that was JSON.
    var properties = QEMUDictionary()
    var isJSON = false
    /// Whether it is a memory backend, right or wrong.
    var isBackend: Bool

    package init(location: QEMULocation, id: String, backend: BackendOption?) {
      self.location = location
      self.id = id
      self.backend = backend
      isBackend = backend != nil
    }
  }

  /// A device of `-device`, of whatever kind, its properties still to be read.
  package struct Device: Sendable {
    package let location: QEMULocation
    package var properties: QEMUDictionary
    package let isJSON: Bool

    package init(location: QEMULocation, properties: QEMUDictionary, isJSON: Bool) {
      self.location = location
      self.properties = properties
      self.isJSON = isJSON
    }
  }

  /// The name of the program, without its folder.
  package let program: String
  package let release: QEMURelease
  package let dialect: Dialect

  /// All that `-machine`, `-m`, `-smp` and options like `-kernel` say.
  package var machine = QEMUDictionary()
  /// In the order of the command line, as are all that follow.
  package var nodes: [Options] = []
  package var objects: [Object] = []
  package var devices: [Device] = []
  package var accelerators: [String] = []
  var globals: [Global] = []
  package var processorModel: String?
  /// Whether the machine gets a firmware that it does not bring along: `-bios`, or a pflash.
  package var loadsFirmware = false
  /// What `-bios` names.
  var firmware: String?
  /// Whether a pflash holds the firmware.
  var hasFlash = false
  /// Whether `-smp` says how many processors there are.
  var countsProcessors = false
  /// `-no-acpi`, where it is no property of the machine. (before 5.0)
  var disablesACPI = false
  /// `-mem-path`, `-mem-prealloc`.
  package var memoryPath: String?
  package var preallocatesMemory = false
  /// Lines that QEMU prints on its way.
  package var warnings: [String] = []

  /// Nobody says how much room there is for memory devices, and it has no end.
  var hasMadeUpRoom = false

  var memory: [OptionList.Option] = []
  /// The first `-machine`.
  var machineLocation: QEMULocation?
  /// The values of machine properties that a later one replaces: each was set in its turn. (before 6.1)
  var formerMachineValues: [(key: String, value: JSONValue)] = []
  /// The first `-m`.
  var memoryLocation = QEMULocation.nowhere
  var shortForms: [ShortForm] = []
  /// Where the last option of each name stood, which our own dialect tells of and QEMU does not.
  var locations: [String: QEMULocation] = [:]
  var asksForDeviceHelp = false
  var asksForObjectHelp = false
  /// The ids of `-object` in text.
  var objectIDs: Set<String> = []
  /// The options with an id, as `GROUP.ID`.
  var namedOptions: Set<String> = []
  /// What no table lists, and options that may change memory devices in a way that is not described.
  package var undescribed: [String] = []
  /// What the command lacks for QEMU's answer to be told.
  package var unsaid: QEMUStop.Unsaid?

  /// The devices in the order in which they are plugged: those in JSON come last.
  package var pluggedDevices: [Device] { devices.filter { !$0.isJSON } + devices.filter(\.isJSON) }

  /// A command of which nothing is said yet.
  package init(program: String, release: QEMURelease, dialect: Dialect = .qemu) {
    self.program = program
    self.release = release
    self.dialect = dialect
  }

  /// Reads `arguments`, the name of the program first. `readFile` gives the contents of a file, or why it cannot be
  /// opened, in the words of strerror(3).
  package init(
    _ arguments: [String], release: QEMURelease = .newest, readFile: (String) -> Result<String, ConfigurationFileError>
  ) throws(QEMUStop) {
    let program = arguments.first?.split(separator: "/").last.map(String.init) ?? ""
    self.init(program: program, release: release)
    do throws(QEMUStop) {
      for option in try options(Array(arguments.dropFirst())) { try read(option, readFile) }
      if asksForDeviceHelp { throw .help }
      try QEMULocation.nowhere.blamed { () throws(QEMUComplaint) in try settleMemory() }
    } catch { throw error.judged(under: release) }
  }
}

/// Why a file that `-readconfig` names cannot be read.
package struct ConfigurationFileError: Error {
  package let reason: String

  package init(reason: String) { self.reason = reason }

  var isFolder: Bool { reason == "Is a directory" }
}
