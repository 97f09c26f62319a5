// The DSDT of a machine with slots for NVDIMMs and four serial ports. The table that the VMM builds must have these bytes.
DefinitionBlock ("", "DSDT", 2, "VNVDMM", "VNVDDSDT", 0x00000001)
{
    External (_SB_.NVDR, DeviceObj)
    External (\_SB.NVDR.NHEA, MethodObj, IntObj, {IntObj})

    Scope (_SB)
    {
        Device (COM1)
        {
            Name (_HID, EisaId ("PNP0501"))
            Name (_UID, One)
            Name (_CRS, ResourceTemplate ()
            {
                IO (Decode16, 0x03F8, 0x03F8, 0x01, 0x08)
                Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive) { 4 }
            })
        }

        Device (COM2)
        {
            Name (_HID, EisaId ("PNP0501"))
            Name (_UID, 0x02)
            Name (_CRS, ResourceTemplate ()
            {
                IO (Decode16, 0x02F8, 0x02F8, 0x01, 0x08)
                Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive) { 3 }
            })
        }

        Device (COM3)
        {
            Name (_HID, EisaId ("PNP0501"))
            Name (_UID, 0x03)
            Name (_CRS, ResourceTemplate ()
            {
                IO (Decode16, 0x03E8, 0x03E8, 0x01, 0x08)
                Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive) { 5 }
            })
        }

        Device (COM4)
        {
            Name (_HID, EisaId ("PNP0501"))
            Name (_UID, 0x04)
            Name (_CRS, ResourceTemplate ()
            {
                IO (Decode16, 0x02E8, 0x02E8, 0x01, 0x08)
                Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive) { 7 }
            })
        }

        Device (PWRB)
        {
            Name (_HID, EisaId ("PNP0C0C"))
        }

        Device (GED)
        {
            Name (_HID, "ACPI0013")
            Name (_CRS, ResourceTemplate ()
            {
                Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive) { 9 }
            })
            OperationRegion (EVIO, SystemIO, 0x0A1C, 0x04)
            Field (EVIO, DWordAcc, NoLock, Preserve) { EVST, 32 }

            Method (_EVT, 1, Serialized)
            {
                Local0 = EVST
                If ((Local0 & One))
                {
                    Notify (NVDR, 0x80)
                }

                If ((Local0 & 0x04))
                {
                    Notify (NVDR, 0x81)
                }

                If ((Local0 & 0x08))
                {
                    ^^NVDR.NHEA ((Local0 >> 0x10))
                }

                If ((Local0 & 0x02))
                {
                    Notify (PWRB, 0x80)
                }
            }
        }
    }

    Name (_S5, Package (0x04) { 0x05, 0x05, Zero, Zero })
}
