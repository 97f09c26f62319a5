// The SSDT of a machine with two slots. The table that the VMM builds must have these bytes.
DefinitionBlock ("", "SSDT", 2, "VNVDMM", "VNVDSSDT", 0x00000001)
{
    Scope (\_SB)
    {
        Device (NVDR)
        {
            Name (_HID, "ACPI0012")
            OperationRegion (NWIN, SystemMemory, 0xFE080000, 0x00011000)
            Field (NWIN, DWordAcc, NoLock, Preserve) { HNDL, 32, METH, 32, FUNC, 32, REVN, 32 }

            Field (NWIN, DWordAcc, NoLock, Preserve) { RLEN, 32 }

            Field (NWIN, QWordAcc, NoLock, Preserve) { Offset (0x10), DAT0, 128 }

            Field (NWIN, QWordAcc, NoLock, Preserve) { Offset (0x10), DAT1, 1152 }

            Field (NWIN, QWordAcc, NoLock, Preserve) { Offset (0x10), DAT2, 2176 }

            Field (NWIN, QWordAcc, NoLock, Preserve) { Offset (0x10), DAT3, 8320 }

            Field (NWIN, QWordAcc, NoLock, Preserve) { Offset (0x10), DAT4, 32896 }

            Field (NWIN, QWordAcc, NoLock, Preserve) { Offset (0x10), DAT5, 131200 }

            Field (NWIN, QWordAcc, NoLock, Preserve) { Offset (0x10), DAT6, 524416 }

            OperationRegion (NBEL, SystemIO, 0x0A18, 0x04)
            Field (NBEL, DWordAcc, NoLock, Preserve) { BELL, 32 }

            Method (NCAL, 5, Serialized)
            {
                HNDL = Arg0
                METH = Arg1
                FUNC = Arg2
                REVN = Arg4
                Local0 = SizeOf (Arg3)
                If ((Local0 > 0x00010010))
                {
                    Local0 = Zero
                }

                If (Local0)
                {
                    If ((Local0 <= 0x10))
                    {
                        DAT0 = Arg3
                    }
                    ElseIf ((Local0 <= 0x90))
                    {
                        DAT1 = Arg3
                    }
                    ElseIf ((Local0 <= 0x0110))
                    {
                        DAT2 = Arg3
                    }
                    ElseIf ((Local0 <= 0x0410))
                    {
                        DAT3 = Arg3
                    }
                    ElseIf ((Local0 <= 0x1010))
                    {
                        DAT4 = Arg3
                    }
                    ElseIf ((Local0 <= 0x4010))
                    {
                        DAT5 = Arg3
                    }
                    Else
                    {
                        DAT6 = Arg3
                    }
                }

                BELL = (Local0 + 0x10)
                Local0 = RLEN
                If ((Local0 <= 0x10))
                {
                    Local1 = DAT0
                }
                ElseIf ((Local0 <= 0x90))
                {
                    Local1 = DAT1
                }
                ElseIf ((Local0 <= 0x0110))
                {
                    Local1 = DAT2
                }
                ElseIf ((Local0 <= 0x0410))
                {
                    Local1 = DAT3
                }
                ElseIf ((Local0 <= 0x1010))
                {
                    Local1 = DAT4
                }
                ElseIf ((Local0 <= 0x4010))
                {
                    Local1 = DAT5
                }
                Else
                {
                    Local1 = DAT6
                }

                Return (Mid (Local1, Zero, Local0))
            }

            Name (NVDU, ToUUID ("4309ac30-0d11-11e4-9191-0800200c9a66"))
            Method (NDSM, 5, NotSerialized)
            {
                If ((Arg2 <= 0x02))
                {
                    If (Arg2)
                    {
                        If ((Arg1 == NVDU))
                        {
                            If (!Arg3)
                            {
                                If ((Arg2 == 0x02))
                                {
                                    Return (Buffer (0x04) { 0x01, 0xF0, 0xFF, 0x1F })
                                }
                            }

                            Return (NFUN (Arg0, Arg3, Arg4, Arg2))
                        }
                    }
                }

                If (Arg3)
                {
                    Return (Buffer (0x04) { 0x01, 0x00, 0x00, 0x00 })
                }

                Return (Buffer (One) { 0x00 })
            }

            Method (NFUN, 4, NotSerialized)
            {
                Local0 = Buffer (Zero) {}
                If ((ObjectType (Arg2) == 0x04))
                {
                    If (SizeOf (Arg2))
                    {
                        Local0 = DerefOf (Arg2 [Zero])
                    }
                }

                If ((ObjectType (Local0) != 0x03))
                {
                    Local0 = Buffer (Zero) {}
                }

                Return (NCAL (Arg0, Zero, Arg1, Local0, Arg3))
            }

            Method (NLSI, 1, NotSerialized)
            {
                Local0 = NCAL (Arg0, One, Zero, Buffer (Zero) {}, Zero)
                Local1 = Package (0x03) { Zero, Zero, Zero }
                Local1 [Zero] = ToInteger (Mid (Local0, Zero, 0x04))
                Local1 [One] = ToInteger (Mid (Local0, 0x04, 0x04))
                Local1 [0x02] = ToInteger (Mid (Local0, 0x08, 0x04))
                Return (Local1)
            }

            Method (NLSR, 3, NotSerialized)
            {
                Local0 = NCAL (Arg0, 0x02, Zero, Concatenate (Arg1, Arg2), Zero)
                Local1 = Package (0x02) { Zero, Zero }
                Local1 [Zero] = ToInteger (Mid (Local0, Zero, 0x04))
                Local1 [One] = Mid (Local0, 0x04, Arg2)
                Return (Local1)
            }

            Method (NLSW, 4, NotSerialized)
            {
                Local0 = NCAL (Arg0, 0x03, Zero, Concatenate (Concatenate (Arg1, Arg2), Arg3), Zero)
                Return (ToInteger (Mid (Local0, Zero, 0x04)))
            }

            Name (NBUU, ToUUID ("2f10e7a4-9e91-11e4-89d3-123b93f75cba"))
            Method (_DSM, 4, NotSerialized)
            {
                If ((Arg1 == One))
                {
                    If ((Arg0 == NBUU))
                    {
                        If (!Arg2)
                        {
                            Return (Buffer (0x04) { 0xBF, 0x03, 0x00, 0x00 })
                        }

                        Return (NFUN (Zero, Arg2, Arg3, Arg1))
                    }
                }

                If (Arg2)
                {
                    Return (Buffer (0x04) { 0x01, 0x00, 0x00, 0x00 })
                }

                Return (Buffer (One) { 0x00 })
            }

            Method (NHEA, 1, NotSerialized)
            {
                If ((Arg0 == One))
                {
                    Notify (NV00, 0x81)
                }

                If ((Arg0 == 0x02))
                {
                    Notify (NV01, 0x81)
                }
            }

            Method (_FIT, 0, NotSerialized)
            {
                Return (NCAL (Zero, 0x04, Zero, Buffer (Zero) {}, Zero))
            }

            Device (NV00)
            {
                Name (_ADR, One)
                Method (_DSM, 4, NotSerialized)
                {
                    Return (NDSM (One, Arg0, Arg1, Arg2, Arg3))
                }

                Method (_LSI, 0, NotSerialized)
                {
                    Return (NLSI (One))
                }

                Method (_LSR, 2, NotSerialized)
                {
                    Return (NLSR (One, Arg0, Arg1))
                }

                Method (_LSW, 3, NotSerialized)
                {
                    Return (NLSW (One, Arg0, Arg1, Arg2))
                }
            }

            Device (NV01)
            {
                Name (_ADR, 0x02)
                Method (_DSM, 4, NotSerialized)
                {
                    Return (NDSM (0x02, Arg0, Arg1, Arg2, Arg3))
                }

                Method (_LSI, 0, NotSerialized)
                {
                    Return (NLSI (0x02))
                }

                Method (_LSR, 2, NotSerialized)
                {
                    Return (NLSR (0x02, Arg0, Arg1))
                }

                Method (_LSW, 3, NotSerialized)
                {
                    Return (NLSW (0x02, Arg0, Arg1, Arg2))
                }
            }
        }
    }
}
