import CKVM

/// A machine check by which a CPU reports memory that it has to read and cannot.
///
/// It belongs to the instruction that reads, before which the CPU stops; no state is lost, so that an operating system
/// can end the one program that reads. Source: Intel SDM volume 3B, 16.3.2 and 16.9.3 (data load errors); AMD APM
/// volume 2, 9.3.2; for the bank and its extended error code, AMD BKDG for family 15h, MSR0000_0411 (MC4_STATUS).
package struct MachineCheck: Equatable, Sendable {
  /// How the vendors of processors report memory.
  package enum Form: Sendable {
    case intel
    case amd
  }

  package let bank: UInt8
  /// MCi_STATUS.
  package let status: UInt64
  /// MCi_ADDR: a physical address.
  package let address: UInt64
  /// MCi_MISC: the kind of address, and its lowest valid bit.
  package let details: UInt64
  /// MCG_STATUS.
  package let globalStatus: UInt64

  private enum Status {
    static let valid = UInt64(1) << 63
    static let uncorrected = UInt64(1) << 61
    static let enabled = UInt64(1) << 60
    static let hasDetails = UInt64(1) << 59
    static let hasAddress = UInt64(1) << 58
    /// Intel: signalled by an exception, and action is required before the program can go on.
    static let signalled = UInt64(1) << 56
    static let actionRequired = UInt64(1) << 55
    /// AMD: the data was known to be bad, and has been used only now.
    static let poison = UInt64(1) << 43
    /// AMD: an error of DRAM that its code does not correct.
    static let memory = UInt64(8) << 16
    /// A load of data by the first cache level.
    static let dataLoad: UInt64 = 0x134
  }

  private enum GlobalStatus {
    static let canReturn = UInt64(1) << 0
    static let isOfInstruction = UInt64(1) << 1
    static let inProgress = UInt64(1) << 2
    /// Intel: no other CPU takes part. A bit that AMD reserves.
    static let isLocal = UInt64(1) << 3
  }

  /// A report that the 2^`granularity` bytes at the guest's physical `address` cannot be read.
  package init(_ form: Form, unreadable address: UInt64, granularity: UInt64) {
    let status =
      Status.valid | Status.uncorrected | Status.enabled | Status.hasDetails | Status.hasAddress | Status.dataLoad
    let global = GlobalStatus.canReturn | GlobalStatus.isOfInstruction | GlobalStatus.inProgress
    switch form {
    case .intel:
      bank = 9
      self.status = status | Status.signalled | Status.actionRequired
      globalStatus = global | GlobalStatus.isLocal
    case .amd:
      bank = 4
      self.status = status | Status.poison | Status.memory
      globalStatus = global
    }
    self.address = address
    details = 2 << 6 | granularity
  }
}

extension kvm_x86_mce {
  init(_ check: MachineCheck) {
    self.init()
    status = check.status
    addr = check.address
    misc = check.details
    mcg_status = check.globalStatus
    bank = check.bank
  }
}

extension CPUIDTable {
  /// How this processor reports memory, by its vendor.
  package var machineCheckForm: MachineCheck.Form {
    // EBX of leaf 0: the first four letters of AuthenticAMD and HygonGenuine.
    switch self[0]?.ebx {
    case 0x6874_7541, 0x6f67_7948: .amd
    default: .intel
    }
  }
}
