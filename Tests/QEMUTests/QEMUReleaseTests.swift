import Basics
import QEMU
import Testing

/// Differences between QEMU 7.2 and other releases. Sources: QEMU's own, at the releases that changed the behaviour.
@Suite("Command lines under other releases of QEMU")
struct QEMUReleaseTests {
  private static let memory = ["-m", "256M,slots=2,maxmem=4G"]
  private static let machine = ["-machine", "q35,nvdimm=on"]
  private static let file = "memory-backend-file,id=m,mem-path=a,size=64M,share=on"

  private static func prediction(
    _ release: QEMURelease, _ arguments: [String], state: BackendState = .file(size: 64 << 20),
    architecture: Architecture = .x86_64
  ) -> MachinePrediction {
    MachineStartup.prediction(of: ["qemu-system-x86_64"] + arguments, SizingRules(release, architecture)) {
      HostPath(forWriting: state, forReading: state, identity: $0)
    } readFile: { _ in
      .failure(ConfigurationFileError(reason: "No such file or directory"))
    }
  }

  @Test("the bare machine option of QEMU's own document, which is refused since 6.1")
  func bareOption() {
    let arguments = ["-machine", "pc,nvdimm"] + Self.memory + ["-object", Self.file, "-device", "nvdimm,memdev=m"]
    #expect(Self.prediction(QEMURelease(6, 0), arguments).stop == nil)
    #expect(
      Self.prediction(QEMURelease(6, 1), arguments).message
        == "-machine pc,nvdimm: Expected '=' after parameter 'nvdimm'")
  }

  @Test("a file of another length: cut until 2.7, refused or tolerated since")
  func lengths() {
    let arguments = Self.machine + Self.memory + ["-object", Self.file, "-device", "nvdimm,memdev=m"]
    let long = Self.prediction(QEMURelease(2, 7), arguments, state: .file(size: 128 << 20))
    #expect(long.backends.first?.change == .truncated(from: 128 << 20, to: 64 << 20))
    let short = BackendState.file(size: 1 << 20)
    #expect(
      Self.prediction(QEMURelease(7, 2), arguments, state: short).message
        == "backing store size 0x100000 does not match 'size' option 0x4000000")
    #expect(
      Self.prediction(QEMURelease(10, 0), arguments, state: short).message
        == "m backing store size 0x100000 is too small for 'size' option 0x4000000 plus 'offset' option 0x0")
  }

  @Test("a backend that is only read: made until 8.1, refused since 8.2 where it is not there")
  func readOnly() {
    let arguments =
      Self.machine + Self.memory
      + ["-object", Self.file + ",readonly=on", "-device", "nvdimm,memdev=m,unarmed=on"]
    #expect(Self.prediction(QEMURelease(8, 1), arguments, state: .missing).stop == nil)
    #expect(
      Self.prediction(QEMURelease(8, 2), arguments, state: .missing).message
        == "can't open backing store a for guest RAM: No such file or directory")
    #expect(
      Self.prediction(QEMURelease(8, 2), arguments, state: .directory).message
        == "can't open backing store a for guest RAM: Is a directory")
    #expect(Self.prediction(QEMURelease(8, 1), arguments, state: .danglingLink).stop == .hang(path: "a"))
  }

  @Test("options exist from a release on")
  func options() {
    func message(_ release: QEMURelease, object: String = "", device: String = "") -> String? {
      let arguments =
        Self.machine + Self.memory + ["-object", Self.file + object, "-device", "nvdimm,memdev=m" + device]
      return Self.prediction(release, arguments).message
    }
    #expect(message(QEMURelease(8, 1), object: ",rom=off")?.hasSuffix("Invalid parameter 'rom'") == true)
    #expect(message(QEMURelease(8, 2), object: ",rom=off") == nil)
    #expect(
      message(QEMURelease(8, 2), object: ",rom=on")
        == "property 'rom' = 'on' is not supported with 'readonly' = 'off'")
    #expect(message(QEMURelease(8, 0), object: ",offset=0")?.hasSuffix("Invalid parameter 'offset'") == true)
    #expect(message(QEMURelease(2, 11), device: ",unarmed=on") != nil)
    #expect(message(QEMURelease(2, 12), device: ",unarmed=on") == nil)
  }

  /// Answers of QEMU 5.2.0, 7.2.22, 10.0.13 and 11.1.3.
  @Test("a firmware that is not there, or is no multiple of 64 KiB", arguments: [QEMURelease(5, 2), .newest])
  func firmware(release: QEMURelease) {
    func message(_ options: [String], _ state: BackendState) -> String? {
      Self.prediction(release, ["-machine", "q35"] + options, state: state).message
    }
    let words = "could not load PC BIOS '/f'"
    for options in [["-bios", "/f"], ["-machine", "firmware=/f"]] {
      #expect(message(options, .missing) == words)
      #expect(message(options, .file(size: 4096)) == words)
      #expect(message(options, .file(size: 64 << 10)) == nil)
      // An existing pflash replaces it.
      #expect(message(options + ["-drive", "if=pflash,file=/f"], .file(size: 4096)) == nil)
    }
    // QEMU may have its own firmware of that name.
    #expect(message(["-bios", "OVMF.fd"], .missing) == nil)
    let unlisted = Self.prediction(release, ["-machine", "q35", "-bios", "other"], state: .missing)
    #expect(unlisted.stop == .unknown("the firmware 'other'"))
  }

  /// Answers of QEMU 5.2.0, 7.2.22, 10.0.13 and 11.1.3 to a kernel of Linux for x86_64 and an ELF program for POWER.
  @Test(
    "what comes with a kernel and is not there, or is a folder",
    arguments: [
      (
        .x86_64, "q35", "-initrd gone",
        "error reading initrd gone: Failed to open file “gone”: open() failed: \(missing)"
      ),
      (
        .x86_64, "q35", "-initrd dir",
        "error reading initrd dir: Failed to map dir' dir': mmap() failed: No such device"
      ),
      (.x86_64, "q35", "-initrd gone,arguments", nil),
      (.x86_64, "q35", "-dtb gone", "error reading dtb gone: \(missing)"),
      (.x86_64, "q35", "-dtb dir", "error reading dtb dir: \(missing)"),
      (.ppc64, "pseries", "-initrd gone", "could not load initial ram disk 'gone'"),
      (.ppc64, "pseries", "-initrd dir", "could not load initial ram disk 'dir'"),
      (.ppc64, "pseries", "-dtb gone", nil),
    ] as [(Architecture, String, String, String?)])
  func kernelFiles(architecture: Architecture, machine: String, options: String, message: String?) {
    func predicted(_ release: QEMURelease) -> String? {
      let words = "qemu -M \(machine) -kernel k \(options)".split(separator: " ").map(String.init)
      return MachineStartup.prediction(of: words, SizingRules(release, architecture)) { path in
        let state: BackendState =
          switch path {
          case "k": .file(size: 8 << 20)
          case "dir": .directory
          default: .missing
          }
        return HostPath(forWriting: state, forReading: state, identity: path)
      } readFile: { _ in
        .success("")
      }.message
    }
    for release in [QEMURelease(5, 2), QEMURelease(7, 2), QEMURelease(10, 0)] { #expect(predicted(release) == message) }
    let newer = [
      "pseries-initrd gone": "Could not open 'gone': \(Self.missing)",
      "pseries-initrd dir": "dir exceeds maximum image size (464 MiB)",
    ]
    #expect(predicted(QEMURelease(11, 1)) == newer[machine + options] ?? message)
  }

  private static let missing = "No such file or directory"

  /// Answers of QEMU 5.2.0.
  @Test("each value of a machine property was set in its turn before 6.1, and nodes had an initiator before 7.2")
  func formerMachines() {
    let twice = ["-machine", "pc,nvdimm=bogus,nvdimm"]
    #expect(Self.prediction(QEMURelease(5, 2), twice).message == "Parameter 'nvdimm' expects 'on' or 'off'")
    let nodes = [
      "-machine", "pc,hmat=on", "-m", "128M", "-object", "memory-backend-ram,id=r,size=128M",
      "-numa", "node,memdev=r", "-numa", "node",
    ]
    let words = "The initiator of NUMA node 1 is missing, use '-numa node,initiator' option to declare it"
    #expect(Self.prediction(QEMURelease(5, 2), nodes).message == words)
    #expect(Self.prediction(QEMURelease(7, 2), nodes).stop == nil)
    let counted = Self.prediction(QEMURelease(5, 2), nodes + ["-smp", "2"])
    #expect(counted.stop == .unknown("the processors of nodes with hmat=on"))
  }

  @Test("without nvdimm=on: silently accepted until 2.8")
  func machineOption() {
    let arguments = ["-machine", "q35"] + Self.memory + ["-object", Self.file, "-device", "nvdimm,memdev=m"]
    #expect(Self.prediction(QEMURelease(2, 8), arguments).stop == nil)
    #expect(
      Self.prediction(QEMURelease(2, 9), arguments).message
        == "-device nvdimm,memdev=m: nvdimm is not enabled: missing 'nvdimm' in '-M'")
    let virt = ["-machine", "virt", "-cpu", "max", "-bios", "f"] + arguments.dropFirst(2)
    #expect(
      Self.prediction(QEMURelease(7, 2), virt, architecture: .aarch64).message
        == "-device nvdimm,memdev=m: nvdimm is not enabled: add 'nvdimm=on' to '-M'")
  }

  /// Answers of QEMU 5.2.0 and 7.2.22.
  @Test("what is wrong with a backend is told with its option, and when its turn comes, before 6.0")
  func optionsOfObjects() {
    let short = ["-machine", "q35", "-object", Self.file]
    let state = BackendState.file(size: 4096)
    #expect(
      Self.prediction(QEMURelease(5, 2), short, state: state).message
        == "-object \(Self.file): backing store size 0x1000 does not match 'size' option 0x4000000")
    let unknown = "memory-backend-file,id=m,mem-path=a,size=64M,foo=1"
    #expect(
      Self.prediction(QEMURelease(5, 2), ["-object", unknown]).message
        == "-object \(unknown): Property 'memory-backend-file.foo' not found")
    let json = #"{"driver":"nvdimm"}"#
    #expect(
      Self.prediction(QEMURelease(5, 2), ["-object", json]).message == "-object \(json): Parameter 'id' is missing")
    let duplicate = ["-object", unknown, "-device", "nvdimm,id=n", "-device", "nvdimm,id=n"]
    #expect(
      Self.prediction(QEMURelease(5, 2), duplicate).message == "-device nvdimm,id=n: Duplicate ID 'n' for device")
    let machine = ["-machine", "q35,nvdimm=", "-object", unknown]
    #expect(Self.prediction(QEMURelease(5, 2), machine).message == "Parameter 'nvdimm' expects 'on' or 'off'")
    #expect(
      Self.prediction(QEMURelease(5, 2), ["-object", "memory-backend-shm,id=m"]).message
        == "-object memory-backend-shm,id=m: invalid object type: memory-backend-shm")
  }
}
