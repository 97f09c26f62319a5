extension AML {
  /// The Differentiated System Description Table: the devices that every machine has.
  ///
  /// With `nvdimms` the Generic Event Device passes on that an NVDIMM was plugged; the device it tells,
  /// `\_SB.NVDR`, is defined in the SSDT.
  static func differentiatedTable(nvdimms: Bool) -> [UInt8] {
    // Revision 2: integers of 64 bits.
    SystemTable.bytes(signature: "DSDT", revision: 2, body: encode(everything(nvdimms: nvdimms)))
  }

  @Body private static func everything(nvdimms: Bool) -> [any Term] {
    if nvdimms { External(device: "\\_SB.NVDR") }
    Scope("_SB") {
      serialPort
      powerButton
      eventDevice(nvdimms: nvdimms)
    }
    Name("_S5", Package(Int(GuestPlatform.powerOffSleepType), Int(GuestPlatform.powerOffSleepType), 0, 0))
  }

  private static var serialPort: Device {
    Device("COM1") {
      Name("_HID", eisaID("PNP0501"))
      Name("_UID", 1)
      Name(
        "_CRS",
        ResourceTemplate(
          .io(GuestPlatform.serialPorts.lowerBound, count: UInt8(GuestPlatform.serialPorts.count)),
          .interrupt(GuestPlatform.serialInterrupt)))
    }
  }

  private static var powerButton: Device {
    Device("PWRB") {
      Name("_HID", eisaID("PNP0C0C"))
    }
  }

  /// The Generic Event Device takes the place of the general-purpose events that hardware-reduced ACPI
  /// lacks (ACPI 6.5, 5.6.9): its interrupt has the guest read what happened and notify who is concerned.
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
        }
        If(and(local(0), Int(GuestPlatform.Event.powerButton.rawValue))) {
          notify("PWRB", 0x80)
        }
      }
    }
  }
}
