extension AML {
  /// Returns the Differentiated System Description Table: the devices other than NVDIMMs.
  static func differentiatedTable(of machine: ACPIMachine) -> [UInt8] {
    // Revision 2 means 64-bit integers.
    SystemTable.bytes(signature: "DSDT", revision: 2, body: encode(objects(of: machine)))
  }

  /// If there are slots, the Generic Event Device passes on events of NVDIMMs; the devices that it notifies are defined
  /// in the SSDT.
  @Body private static func objects(of machine: ACPIMachine) -> [any Term] {
    let hasNVDIMMs = machine.slots > 0
    if hasNVDIMMs { External(.device("\\_SB.NVDR"), .method("\\_SB.NVDR.NHEA", arguments: 1)) }
    Scope("_SB") {
      for number in 1...machine.serialPorts { serialPort(number) }
      powerButton
      eventDevice(nvdimms: hasNVDIMMs)
    }
    Name("_S5", Package(Int(GuestPlatform.powerOffSleepType), Int(GuestPlatform.powerOffSleepType), 0, 0))
  }

  private static func serialPort(_ number: Int) -> Device {
    let (ports, interrupt) = GuestPlatform.serialPorts[number - 1]
    return Device(Path("COM\(number)")) {
      Name("_HID", eisaID("PNP0501"))
      Name("_UID", number)
      Name("_CRS", ResourceTemplate(.io(ports.lowerBound, count: UInt8(ports.count)), .interrupt(interrupt)))
    }
  }

  private static var powerButton: Device {
    Device("PWRB") {
      Name("_HID", eisaID("PNP0C0C"))
    }
  }

  /// The Generic Event Device replaces the general-purpose events that hardware-reduced ACPI lacks (ACPI 6.5, 5.6.9):
  /// on its interrupt the guest reads the pending events and notifies the devices concerned.
  private static func eventDevice(nvdimms: Bool) -> Device {
    Device("GED") {
      Name("_HID", Text("ACPI0013"))
      Name("_CRS", ResourceTemplate(.interrupt(GuestPlatform.eventInterrupt)))
      OperationRegion("EVIO", .systemIO, offset: Int(GuestPlatform.eventStatusPort), length: 4)
      FieldList("EVIO", .dword, .unit("EVST", bits: 32))
      Method("_EVT", arguments: 1, serialized: true) {
        store("EVST" as Path, to: local(0))
        if nvdimms {
          If(and(local(0), Int(GuestPlatform.Event.nvdimmPlugged.rawValue))) {
            notify("NVDR", 0x80)
          }
          If(and(local(0), Int(GuestPlatform.Event.mediaError.rawValue))) {
            notify("NVDR", 0x81)
          }
          If(and(local(0), Int(GuestPlatform.Event.nvdimmHealth.rawValue))) {
            call("^^NVDR.NHEA", shiftRight(local(0), GuestPlatform.Event.healthHandleShift))
          }
        }
        If(and(local(0), Int(GuestPlatform.Event.powerButton.rawValue))) {
          notify("PWRB", 0x80)
        }
      }
    }
  }
}
