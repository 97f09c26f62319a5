import Basics

/// A command line of QEMU's, taken apart as QEMU takes it apart: what concerns memory devices is kept, the rest
/// passed over. Nothing is looked up yet, and no file is opened but those that `-readconfig` names.
///
/// Source: QEMU 7.2 `softmmu/vl.c`, `qemu_init`; other releases where they differ for memory devices.
package struct QEMUCommand: Sendable {
  /// The options of one argument, with their location.
  package struct Options: Sendable {
    package let location: QEMULocation
    package let list: OptionList
  }

  /// An object of `-object`: a memory backend, or another object with its id.
  package struct Object: Sendable {
    package let location: QEMULocation
    package let id: String
    package var backend: BackendOption?
    /// The object's fault, if QEMU finds it only when it creates the object.
    var fault: QEMUComplaint?
    /// The properties as given, and whether they were given in JSON.
    var properties = QEMUDictionary()
    var isJSON = false
    /// Whether the object is a memory backend, valid or not.
    var isBackend: Bool

    package init(location: QEMULocation, id: String, backend: BackendOption?) {
      self.location = location
      self.id = id
      self.backend = backend
      isBackend = backend != nil
    }
  }

  /// A device of `-device` of any kind, with its properties still to be read.
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

  /// Everything that `-machine`, `-m`, `-smp` and options like `-kernel` say.
  package var machine = QEMUDictionary()
  /// The nodes in the order of the command line, as are all the lists below.
  package var nodes: [Options] = []
  package var objects: [Object] = []
  package var devices: [Device] = []
  package var accelerators: [String] = []
  var globals: [Global] = []
  package var processorModel: String?
  /// Whether the machine gets firmware other than its own: `-bios`, or a pflash.
  package var loadsFirmware = false
  /// The images that `-blockdev` names, and those of the other options for disks, in the order of the command line.
  var blockDevices: [Image] = []
  var drives: [Image] = []
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
  /// The warnings that QEMU prints during the start.
  package var warnings: [String] = []

  /// Whether the room for memory devices is not specified, and is therefore taken as unlimited.
  var hasMadeUpRoom = false

  var memory: [OptionList.Option] = []
  /// The location of the first `-machine`.
  var machineLocation: QEMULocation?
  /// The values of machine properties that a later one replaces: each was set in its turn. (before 6.1)
  var formerMachineValues: [(key: String, value: JSONValue)] = []
  /// The first `-m`.
  var memoryLocation = QEMULocation.nowhere
  var shortForms: [ShortForm] = []
  /// The location of the last option of each name. Our own dialect reports it; QEMU does not.
  var locations: [String: QEMULocation] = [:]
  var asksForDeviceHelp = false
  var asksForObjectHelp = false
  /// The ids of each `-object` that was given as text.
  var objectIDs: Set<String> = []
  /// The options with an id, as `GROUP.ID`.
  var namedOptions: Set<String> = []
  /// Options that no table lists, and options that may affect memory devices in a way that is not described.
  package var undescribed: [String] = []
  /// What the command must still say before QEMU's answer can be given.
  package var unsaid: QEMUStop.Unsaid?

  /// The devices in the order in which they are plugged; those given in JSON come last.
  package var pluggedDevices: [Device] { devices.filter { !$0.isJSON } + devices.filter(\.isJSON) }

  /// Creates an empty command.
  package init(program: String, release: QEMURelease, dialect: Dialect = .qemu) {
    self.program = program
    self.release = release
    self.dialect = dialect
  }

  /// Reads `arguments`, which begin with the name of the program. `readFile` returns the contents of a file, or the
  /// reason in the words of strerror(3) why it cannot be opened.
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

/// The reason why a file that `-readconfig` names cannot be read.
package struct ConfigurationFileError: Error {
  /// The reason in the words of strerror(3).
  package let reason: String
  /// Whether a folder lies at the path.
  let isFolder: Bool

  package init(reason: String, isFolder: Bool = false) {
    self.reason = reason
    self.isFolder = isFolder
  }
}
