import CKVM
import Glibc
import Storage
import Synchronization
package import SystemPackage

/// The KVM of this machine: an open `/dev/kvm`.
package struct KVMSystem: ~Copyable, Sendable {
  /// The path of the device.
  package static let path: FilePath = "/dev/kvm"
  /// The version of the API that this module uses; it has not changed since Linux 2.6.22.
  package static let apiVersion: Int32 = 12

  private let device: OwnedDescriptor
  /// A machine that was requested before it is needed.
  private let creation = Mutex<MachineCreation?>(nil)

  /// Opens the device at `path` and checks its version.
  package init(path: FilePath = KVMSystem.path) throws(KVMError) {
    let file: FileDescriptor
    do { file = try FileDescriptor.open(path, .readWrite, options: .closeOnExec) } catch {
      throw KVMError(opening: path, Errno(error))
    }
    let device = OwnedDescriptor(owning: file.rawValue)
    let version = ckvm_api_version(device.rawValue)
    guard version >= 0 else { throw .unusable(path: path.string, Errno(rawValue: -version)) }
    guard version == Self.apiVersion else { throw .version(stored: version, expected: Self.apiVersion) }
    self.device = device
  }

  deinit { if let machine = creation.withLock({ $0?.finish() }), machine >= 0 { _ = OwnedDescriptor(owning: machine) } }

  /// Begins to make, in the background, the machine that the next `makeMachine` returns.
  package func prepareMachine() { creation.withLock { $0 = $0 ?? MachineCreation(device.rawValue) } }

  /// Makes a virtual machine without memory, interrupt controllers or CPUs.
  package func makeMachine() throws(KVMError) -> KVMMachine {
    let prepared = creation.withLock { creation in
      defer { creation = nil }
      return creation
    }
    let result = prepared?.finish() ?? ckvm_create_vm(device.rawValue)
    let machine = OwnedDescriptor(owning: try checked("KVM_CREATE_VM", result))
    let area = try checked("KVM_GET_VCPU_MMAP_SIZE", ckvm_run_area_size(device.rawValue))
    return KVMMachine(descriptor: machine, runAreaSize: Int(area))
  }

  /// How fast a guest's time stamp counter counts, in kHz.
  package func clockFrequency() throws(KVMError) -> Int {
    let machine = OwnedDescriptor(owning: try checked("KVM_CREATE_VM", ckvm_create_vm(device.rawValue)))
    let cpu = OwnedDescriptor(owning: try checked("KVM_CREATE_VCPU", ckvm_create_vcpu(machine.rawValue, 0)))
    return Int(try checked("KVM_GET_TSC_KHZ", ckvm_clock_frequency(cpu.rawValue)))
  }

  /// The CPUID leaves that KVM can give to a guest of this machine.
  package func supportedCPUID() throws(KVMError) -> CPUIDTable {
    var entries = [kvm_cpuid_entry2](repeating: kvm_cpuid_entry2(), count: CPUIDTable.capacity)
    // Safe: the call gets the capacity, and fails with E2BIG rather than exceed it.
    let count = unsafe entries.withUnsafeMutableBufferPointer { buffer in
      unsafe ckvm_supported_cpuid(device.rawValue, buffer.baseAddress!, UInt32(buffer.count))
    }
    return CPUIDTable(entries: [kvm_cpuid_entry2](entries[..<Int(try checked("KVM_GET_SUPPORTED_CPUID", count))]))
  }
}

extension KVMError {
  fileprivate init(opening path: FilePath, _ error: Errno) {
    switch error {
    case .noSuchFileOrDirectory, .noSuchAddressOrDevice, Errno(rawValue: ENODEV): self = .absent(path: path.string)
    case .permissionDenied, .notPermitted: self = .notPermitted(path: path.string)
    default: self = .unusable(path: path.string, error)
    }
  }
}
