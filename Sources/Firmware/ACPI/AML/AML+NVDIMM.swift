import Basics
import FoundationEssentials
import PersistentMemory

extension AML {
  /// Returns the SSDT with the NVDIMM root device and one NVDIMM device for each slot, plugged or not: an NVDIMM that
  /// is plugged later needs an existing device.
  ///
  /// Source: ACPI 6.5, 6.5.9 (_FIT), 6.5.10 (label methods), 9.1.1 (_DSM), 9.19.2 (NVDIMM root device).
  static func nvdimmTable(slots: Int) -> [UInt8] {
    let root = Scope("\\_SB") {
      Device("NVDR") {
        Name("_HID", Text("ACPI0012"))
        window
        callMethod
        deviceSpecificMethod
        labelInformationMethod
        labelReadMethod
        labelWriteMethod
        busMethod
        healthMethod(slots: slots)
        Method("_FIT") { Return(call("NCAL", 0, .interfaceTable)) }
        (0..<slots).map(nvdimm)
      }
    }
    return SystemTable.bytes(signature: "SSDT", revision: 2, body: root.encoded)
  }

  /// The device of one slot. Every byte here counts 256 times, so its methods merely add its handle to a call.
  private static func nvdimm(slot: Int) -> Device {
    let handle = Int(NVDIMMDescription.handle(slot: slot))
    return Device(name(slot: slot)) {
      Name("_ADR", handle)
      Method("_DSM", arguments: 4) { Return(call("NDSM", handle, arg(0), arg(1), arg(2), arg(3))) }
      Method("_LSI") { Return(call("NLSI", handle)) }
      Method("_LSR", arguments: 2) { Return(call("NLSR", handle, arg(0), arg(1))) }
      Method("_LSW", arguments: 3) { Return(call("NLSW", handle, arg(0), arg(1), arg(2))) }
    }
  }

  private static func name(slot: Int) -> Path {
    let digits = String(slot, radix: 16, uppercase: true)
    return Path("NV" + (digits.count < 2 ? "0" : "") + digits)
  }

  // MARK: The transport

  private static let tierNames = MethodWindow.tiers.indices.map { Path("DAT\($0)") }

  @Body private static var window: [any Term] {
    OperationRegion(
      "NWIN", .systemMemory, offset: GuestPlatform.methodWindow.lowerBound, length: GuestPlatform.methodWindow.size)
    FieldList(
      "NWIN", .dword, .unit("HNDL", bits: 32), .unit("METH", bits: 32), .unit("FUNC", bits: 32),
      .unit("REVN", bits: 32))
    FieldList("NWIN", .dword, .unit("RLEN", bits: 32))
    zip(tierNames, MethodWindow.tiers).map { name, size in
      FieldList("NWIN", .qword, .skip(bits: 8 * MethodWindow.headerSize), .unit(name, bits: 8 * size))
    }
    OperationRegion("NBEL", .systemIO, offset: Int(GuestPlatform.methodDoorbellPort), length: 4)
    FieldList("NBEL", .dword, .unit("BELL", bits: 32))
  }

  /// NCAL (handle, method, function, argument, revision): the result of a request, as a buffer.
  ///
  /// Only this method accesses the window, one call at a time. It omits an argument longer than any request's; the VMM
  /// then refuses the call because the argument is missing.
  private static var callMethod: Method {
    let length = local(0)
    let result = local(1)
    return Method("NCAL", arguments: 5, serialized: true) {
      store(arg(0), to: "HNDL" as Path)
      store(arg(1), to: "METH" as Path)
      store(arg(2), to: "FUNC" as Path)
      store(arg(4), to: "REVN" as Path)
      store(sizeOf(arg(3)), to: length)
      If(greater(length, MethodWindow.payloadLimit)) { store(0, to: length) }
      If(length) { withField(holding: length) { store(arg(3), to: $0) } }
      add(length, MethodWindow.headerSize, to: "BELL" as Path)
      store("RLEN" as Path, to: length)
      withField(holding: length) { store($0, to: result) }
      Return(mid(result, 0, length))
    }
  }

  /// Returns `statement` for the smallest field of the window that has room for `length` bytes.
  private static func withField(holding length: Operand, _ statement: (Path) -> Operation) -> [any Term] {
    let fields = Array(zip(tierNames, MethodWindow.tiers))
    return fields.dropLast().reversed().reduce([statement(fields[fields.count - 1].0)]) { larger, field in
      [
        If(lessOrEqual(length, field.1)) {
          statement(field.0)
        } else: {
          larger
        }
      ]
    }
  }

  private static func call(
    _ name: Path, _ handle: any Term, _ method: MethodWindow.Method, _ argument: any Term = Buffer()
  ) -> Invocation {
    call(name, handle, Int(method.rawValue), 0, argument, 0)
  }

  // MARK: Common parts of the devices' methods

  /// The interface of NVDIMM devices that Linux supports and QEMU offers (NVDIMM DSM Interface).
  private static let interface = UUID("4309AC30-0D11-11E4-9191-0800200C9A66")
  /// The interface of the NVDIMM root device (ACPI 6.5, 9.19.7).
  private static let busInterface = UUID("2F10E7A4-9E91-11E4-89D3-123B93F75CBA")

  /// NDSM (handle, uuid, revision, function, package): `_DSM` of an NVDIMM.
  ///
  /// Linux asks for interfaces that we do not have, and twenty times for the functions of revision 2, which are the
  /// same for all devices: these queries need no exit. The cheaper comparison is the outer one, since AML evaluates
  /// both sides of an "and".
  @Body private static var deviceSpecificMethod: [any Term] {
    Name("NVDU", toUUID(interface))
    Method("NDSM", arguments: 5) {
      If(lessOrEqual(arg(2), 2)) {
        If(arg(2)) {
          If(equal(arg(1), "NVDU" as Path)) {
            If(not(arg(3))) {
              If(equal(arg(2), 2)) { Return(bitmap(DeviceMethods.functions(revision: 2, hasLabels: true))) }
            }
            Return(callFunction(arg(0), arg(3), arg(4), revision: arg(2)))
          }
        }
      }
      noFunctions(asked: arg(3))
    }
    functionMethod
  }

  /// `_DSM` of the root device. Its functions are always the same.
  @Body private static var busMethod: [any Term] {
    Name("NBUU", toUUID(busInterface))
    Method("_DSM", arguments: 4) {
      If(equal(arg(1), 1)) {
        If(equal(arg(0), "NBUU" as Path)) {
          If(not(arg(2))) { Return(bitmap(DeviceMethods.busFunctions)) }
          Return(callFunction(0, arg(2), arg(3), revision: arg(1)))
        }
      }
      noFunctions(asked: arg(2))
    }
  }

  private static func callFunction(
    _ handle: any Term, _ function: Operand, _ package: Operand, revision: Operand
  ) -> Invocation {
    call("NFUN", handle, function, package, revision)
  }

  /// NFUN (handle, function, package, revision): a function of `_DSM`. If the package's element is not a buffer, the
  /// argument is empty.
  private static var functionMethod: Method {
    let argument = local(0)
    return Method("NFUN", arguments: 4) {
      store(Buffer(), to: argument)
      If(equal(objectType(arg(2)), ObjectKind.package)) {
        If(sizeOf(arg(2))) { store(derefOf(index(arg(2), 0)), to: argument) }
      }
      If(notEqual(objectType(argument), ObjectKind.buffer)) { store(Buffer(), to: argument) }
      Return(call("NCAL", arg(0), Int(MethodWindow.Method.deviceSpecific.rawValue), arg(1), argument, arg(3)))
    }
  }

  /// Returns the bit mask `functions` as four bytes.
  private static func bitmap(_ functions: UInt32) -> Buffer {
    Buffer((0..<4).map { UInt8(truncatingIfNeeded: functions >> (8 * $0)) })
  }

  /// NHEA (handle): notifies the device of a slot that its health changed.
  private static func healthMethod(slots: Int) -> Method {
    Method("NHEA", arguments: 1) {
      (0..<slots).map { slot in
        If(equal(arg(0), Int(NVDIMMDescription.handle(slot: slot)))) { notify(name(slot: slot), 0x81) }
      }
    }
  }

  /// The result of `_DSM` without functions: an empty bitmap for function 0, and the status "not supported" for others.
  @Body private static func noFunctions(asked function: Operand) -> [any Term] {
    If(function) { Return(Buffer([1, 0, 0, 0])) }
    Return(Buffer([0]))
  }

  /// The values of ObjectType (ACPI 6.5, table 19.33).
  private enum ObjectKind {
    static let buffer = 3
    static let package = 4
  }

  /// Returns the four bytes at `offset` of a result as an integer.
  private static func number(in result: Operand, at offset: Int) -> Operation { toInteger(mid(result, offset, 4)) }

  /// NLSI (handle): Package { status, size of the label area, transfer limit }
  private static var labelInformationMethod: Method {
    let (result, answer) = (local(0), local(1))
    return Method("NLSI", arguments: 1) {
      store(call("NCAL", arg(0), .labelInformation), to: result)
      store(Package(0, 0, 0), to: answer)
      (0..<3).map { store(number(in: result, at: 4 * $0), to: index(answer, $0)) }
      Return(answer)
    }
  }

  /// NLSR (handle, offset, length): Package { status, Buffer }
  private static var labelReadMethod: Method {
    let (result, answer) = (local(0), local(1))
    return Method("NLSR", arguments: 3) {
      store(call("NCAL", arg(0), .labelRead, concatenate(arg(1), arg(2))), to: result)
      store(Package(0, 0), to: answer)
      store(number(in: result, at: 0), to: index(answer, 0))
      store(mid(result, 4, arg(2)), to: index(answer, 1))
      Return(answer)
    }
  }

  /// NLSW (handle, offset, length, data): status
  private static var labelWriteMethod: Method {
    let result = local(0)
    return Method("NLSW", arguments: 4) {
      store(call("NCAL", arg(0), .labelWrite, concatenate(concatenate(arg(1), arg(2)), arg(3))), to: result)
      Return(number(in: result, at: 0))
    }
  }
}

extension Range<UInt64> {
  fileprivate var size: UInt64 { upperBound - lowerBound }
}
