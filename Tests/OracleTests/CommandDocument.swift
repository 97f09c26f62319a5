import QEMU

/// What `vnvdimm-check --json --qemu-command` prints.
struct CommandDocument: Decodable {
  struct Prediction: Decodable {
    let outcome: String
    let starts: Bool?
    let message: String?
    let devices: [MemoryDeviceInformation]
  }

  struct Finding: Decodable {
    let rule: String
  }

  let prediction: Prediction
  let findings: [Finding]
  let status: Int32
}
