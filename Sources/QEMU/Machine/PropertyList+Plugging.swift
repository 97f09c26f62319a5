extension MemoryBackend {
  /// The backend that the properties of an `object-add` describe.
  package init(objectToAdd properties: PropertyList) throws(ConfigurationError) {
    var reader = PropertyReader("object_add", properties)
    let type = try reader.required("qom-type")
    guard let backend = try MemoryBackend(type: type, &reader) else {
      let supported = ["memory-backend-file", "memory-backend-ram"]
      throw reader.failure(.unsupportedValue(parameter: "qom-type", value: type, supported: supported))
    }
    try reader.finish(.refused)
    self = backend
  }
}

extension NVDIMMDevice {
  /// The NVDIMM that the properties of a `device_add` describe.
  package init(deviceToAdd properties: PropertyList) throws(ConfigurationError) {
    var reader = PropertyReader("device_add", properties)
    let driver = try reader.required("driver")
    guard driver == "nvdimm" else {
      throw reader.failure(.unsupportedValue(parameter: "driver", value: driver, supported: ["nvdimm"]))
    }
    let device = try NVDIMMDevice(&reader)
    try reader.finish(.refused)
    self = device
  }
}
