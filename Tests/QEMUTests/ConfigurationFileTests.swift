import QEMU
import Testing

/// QEMU 7.2's reading of each file given with `-readconfig`.
@Suite("Configuration files of QEMU's")
struct ConfigurationFileTests {
  private func message(_ text: String) -> String? {
    let arguments = ["qemu-system-x86_64", "-readconfig", "c.cfg"]
    let prediction = MachineStartup.prediction(of: arguments, SizingRules(QEMURelease(7, 2)), hotplug: []) { _ in
      HostPath(forWriting: .missing, forReading: .missing, identity: "")
    } readFile: { _ in
      .success(text)
    }
    return prediction.message
  }

  @Test(
    "headers of groups, as sscanf reads them",
    arguments: [
      ("[memory]\n size = \"256M\"\n", nil),
      ("[memory\n size = \"1M\"\n", "c.cfg:2: There is no option group 'memory\n'"),
      ("[memory] and more\n size = \"256M\"\n", nil),
      ("[object \"\"]\n size = \"1M\"\n", "c.cfg:2: There is no option group 'object \"\"'"),
      ("[object\"m\"]\n size = \"1M\"\n", "c.cfg:2: There is no option group 'object\"m\"'"),
      ("[ memory ]\n size = \"1M\"\n", "c.cfg:2: There is no option group ' memory '"),
    ] as [(String, String?)])
  func header(text: String, expected: String?) { #expect(message(text) == expected) }

  @Test("lines that end as on other systems") func carriageReturns() {
    #expect(message("[memory]\r\n size = \"1x\"\r\n") == message("[memory]\n size = \"1x\"\n"))
    #expect(message("[memory]\r\n size = \"256M\"\r\n") == nil)
  }

  @Test(
    "the bits of an emulated processor's addresses",
    arguments: [
      ("max", "0xffffffffff < 0x208ffffffff phys-bits too low (40)"),
      ("EPYC", "0xffffffffff < 0x208ffffffff phys-bits too low (40)"),
      ("max,phys-bits=36", "0xfffffffff < 0x208ffffffff phys-bits too low (36)"),
      ("max,phys-bits=0", "0xffffffffff < 0x208ffffffff phys-bits too low (40)"),
      ("Haswell,host-phys-bits=on", "0xffffffffff < 0x109ffffffff phys-bits too low (40)"),
      ("kvm64,phys-bits=42", nil),
    ] as [(String, String?)])
  func addressBits(processor: String, limit: String?) {
    let arguments = ["qemu-system-x86_64", "-M", "q35", "-cpu", processor, "-m", "256M,slots=4,maxmem=1T"]
    let prediction = MachineStartup.prediction(of: arguments, SizingRules(QEMURelease(7, 2)), hotplug: []) { _ in
      HostPath(forWriting: .missing, forReading: .missing, identity: "")
    } readFile: { _ in
      .success("")
    }
    #expect(prediction.message == limit.map { "Address space limit " + $0 })
  }
}
