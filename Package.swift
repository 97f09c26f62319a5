// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: Swift 6 language mode, warnings are errors, and each use of raw memory is
/// marked `unsafe` with the reason why it is safe.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: house)
}

/// Release builds carry the Swift runtime, so that they run without the toolchain, and the C++ library that it uses,
/// so that they start faster.
let standalone: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-static-stdlib", "-use-ld=lld", "-l_FoundationCollections", "-l_FoundationCShims",
      "-L", "\(Context.packageDirectory)/Sources/Packaging/linking", "-Xclang-linker", "-static-libgcc",
    ],
    .when(configuration: .release))
]

/// Programs of the tests, which need nothing of the toolchain in a guest.
let small: [LinkerSetting] = [.unsafeFlags(["-static-stdlib", "-use-ld=lld"], .when(configuration: .release))]

/// Where the C library of an older system is, which makes programs that start there too: `make deb` sets it.
let older: [LinkerSetting] =
  Context.environment["VNVDIMM_SYSROOT"].map { folder in
    let libraries = ["-ldl", "-lpthread", "-lrt"].flatMap { ["-Xlinker", $0] }
    return [
      .unsafeFlags(["-Xclang-linker", "--sysroot=\(folder)"] + libraries, .when(configuration: .release))
    ]
  } ?? []

/// The program of a verb: an executable of its own, whose one file is `Main/main.swift`, and a module that `vnvdimm` has
/// too. What is installed are links to `vnvdimm`, which weighs as much as each of them would.
func program(_ name: String, _ module: String, _ dependencies: [Target.Dependency]) -> [Target] {
  [
    .target(
      name: module, dependencies: dependencies + [arguments, "CommandSupport"], path: "Sources/\(name)",
      exclude: ["Main"], swiftSettings: house),
    .executableTarget(
      name: name, dependencies: [.target(name: module), "CommandSupport"], path: "Sources/\(name)/Main",
      swiftSettings: house, linkerSettings: standalone),
  ]
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: house)
}

let package = Package(
  name: "vnvdimm",
  // For other packages: no target of it has unsafe flags, or depends on another package.
  products: [.library(name: "PersistentMemory", targets: ["PersistentMemory"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.7.0"),
  ],
  targets: [
    .target(name: "CLinux"),
    .target(name: "CKVM"),
    .target(name: "CNdctl"),
    .target(name: "CBlkid"),
    .target(name: "CCompression"),
    .target(name: "CXML"),
    module("Basics"),
    module("PersistentMemory", ["Basics"]),
    module("LabelChange", ["PersistentMemory", "Basics"]),
    module("QEMU", ["PersistentMemory", "Basics"]),
    module("Libvirt", ["QEMU", "Basics", "CXML"]),
    module("Consumers", ["QEMU", "PersistentMemory", "Basics"]),
    module(
      "Storage", ["QEMU", "LabelChange", "PersistentMemory", "Basics", "CNdctl", "CBlkid", "CLinux", system]),
    module("Firmware", ["PersistentMemory", "Basics"]),
    module(
      "VirtualMachine",
      ["Firmware", "Storage", "QEMU", "PersistentMemory", "Basics", "CKVM", "CLinux", system]),
    module("Monitor", ["VirtualMachine", "Storage", "QEMU", "Basics", "CLinux", system]),
    module("GuestImage", ["Storage", "Basics", "CCompression", system]),
    module(
      "CommandSupport",
      ["Storage", "Consumers", "QEMU", "LabelChange", "PersistentMemory", "Basics", "CLinux", arguments, system]),
    module(
      "Report",
      [
        "CommandSupport", "Storage", "Consumers", "Libvirt", "QEMU", "LabelChange", "PersistentMemory", "Basics",
        system,
      ]),
    .executableTarget(
      name: "vnvdimm",
      dependencies: [
        "CreateProgram", "CheckProgram", "LabelDumpProgram", "MigrateLabelsProgram", "ResizeGuardProgram",
        "CommandSupport", "Report", "GuestImage", "Monitor", "VirtualMachine", "Firmware", "Storage", "QEMU",
        "PersistentMemory", "Basics", "CLinux", arguments, system,
      ],
      swiftSettings: house, linkerSettings: standalone + older),
    .target(
      name: "TestSupport", dependencies: ["Firmware", "PersistentMemory", "Basics"], path: "Tests/TestSupport",
      swiftSettings: house),
    // Counts what is allocated, in the program that runs the tests.
    .target(name: "CAllocation", path: "Tests/CAllocation"),
    // Signals as the kernel sends them, in the program that runs the tests.
    .target(name: "CSignals", path: "Tests/CSignals"),
    // Tells the thread sanitizer of mutexes, in the program that runs the tests; else it is empty.
    .target(name: "CThreadSanitizer", path: "Tests/CThreadSanitizer"),
    tests("BasicsTests", ["Basics"]),
    tests("PersistentMemoryTests", ["PersistentMemory", "Basics", "CAllocation"]),
    tests("LabelChangeTests", ["LabelChange", "PersistentMemory", "Basics"]),
    tests("QEMUTests", ["QEMU", "PersistentMemory", "Basics"]),
    tests("LibvirtTests", ["Libvirt", "QEMU", "Basics"]),
    tests("ConsumersTests", ["Consumers", "QEMU", "Basics"]),
    tests("StorageTests", ["Storage", "LabelChange", "PersistentMemory", "Basics", "CLinux", "CSignals", system]),
    tests("FirmwareTests", ["Firmware", "PersistentMemory", "Basics"]),
    tests(
      "VirtualMachineTests",
      [
        "VirtualMachine", "Firmware", "Storage", "QEMU", "PersistentMemory", "Basics", "CKVM", "CThreadSanitizer",
        system,
      ]),
    tests("MonitorTests", ["Monitor", "VirtualMachine", "QEMU"]),
    tests("GuestImageTests", ["GuestImage", "Basics", system]),
    tests("CommandSupportTests", ["CommandSupport", "QEMU", "LabelChange", "PersistentMemory", "Basics"]),
    tests("OracleTests", ["Storage", "Libvirt", "QEMU", "Basics", system]),
    tests("CommandTests", ["Firmware", "QEMU", "LabelChange", "PersistentMemory", "Basics", system]),
    tests("GuestTests", exclude: ["Scenarios", "LongScenarios", "PowerCuts"]),
    .executableTarget(
      name: "guest-views", dependencies: ["LabelChange", "PersistentMemory", "Basics", arguments, system],
      path: "Tests/GuestViews",
      swiftSettings: house, linkerSettings: standalone),
    .executableTarget(
      name: "lab", dependencies: ["GuestImage", "Storage", arguments, system], path: "Tests/Lab",
      exclude: ["outer", "demo"],
      swiftSettings: house),
    // Runs inside guests too, and meets media errors there.
    .executableTarget(name: "map-reader", path: "Tests/MapReader", linkerSettings: small),
    .target(name: "TimedProcess", dependencies: [system], path: "Tests/TimedProcess", swiftSettings: house),
    // Runs inside guests: it needs nothing of the toolchain, and is small.
    .executableTarget(
      name: "meter", dependencies: ["TimedProcess", system], path: "Tests/Meter", swiftSettings: house,
      linkerSettings: small),
    .executableTarget(
      name: "bench", dependencies: ["TimedProcess", arguments, system], path: "Tests/Bench",
      exclude: ["guests"], swiftSettings: house),
  ]
    + program(
      "vnvdimm-create", "CreateProgram",
      ["Report", "Storage", "Consumers", "QEMU", "LabelChange", "PersistentMemory", "Basics", "CLinux", system])
    + program(
      "vnvdimm-check", "CheckProgram",
      ["Report", "Storage", "Consumers", "Libvirt", "QEMU", "LabelChange", "PersistentMemory", "Basics", system])
    + program(
      "vnvdimm-label-dump", "LabelDumpProgram",
      ["Report", "Storage", "QEMU", "LabelChange", "PersistentMemory", "Basics", system])
    + program(
      "vnvdimm-migrate-labels", "MigrateLabelsProgram",
      ["Storage", "LabelChange", "PersistentMemory", "Basics", system])
    + program(
      "vnvdimm-resize-guard", "ResizeGuardProgram",
      ["Report", "Storage", "QEMU", "LabelChange", "PersistentMemory", "Basics", "CLinux", system])
)
