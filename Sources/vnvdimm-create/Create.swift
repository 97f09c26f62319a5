import ArgumentParser
import Basics
package import CommandSupport
import Consumers
import PersistentMemory
import Report
import Storage
import SystemPackage

/// The program, for its own executable and for the suite's.
package var program: any Program.Type { Create.self }

struct Create: Program {
  static let configuration = CommandConfiguration(
    commandName: "vnvdimm-create",
    abstract: "Create the backend file of a virtual NVDIMM.", usage: "vnvdimm-create [<options>] <path>",
    discussion: """
      The file appears only when it is complete. Sizes may end with K, M, G, T or P (powers of 1024). The answer shows \
      the layout and configurations to paste.

      EXAMPLES
        vnvdimm-create --size 4G nv.img
        vnvdimm-create --size 4G --namespace fsdax,name=data nv.img
        vnvdimm-create --from root.ext4 nv.img
        vnvdimm-create --from root.ext4 --for firecracker nv.img

      All options: vnvdimm-create --help-hidden, or man vnvdimm-create
      """, version: Suite.version)

  @Argument(help: "The file to create.", completion: .file(), transform: utf8Path)
  var path: String

  @Option(
    name: .customLong("size"), parsing: .unconditional,
    help: "The guest size; the label area is added to it.", completion: .sizes, transform: size)
  var regionSize: ByteCount?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Or the file size, label area included.", valueName: "size"),
    completion: .sizes, transform: size)
  var fileSize: ByteCount?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Copy a raw image into it, which sets the default size.", valueName: "file"),
    completion: .file(), transform: utf8Path)
  var from: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The label area: auto, none or its size.", valueName: "size"),
    completion: .labelSizes, transform: LabelSize.init(option:))
  var labelSize: LabelSize = .automatic

  @Option(
    help: ArgumentHelp(
      "The labels: 1.1, 1.2 or blank. (default: 1.2)", valueName: "version", visibility: .rare),
    completion: LabelContents.choices, transform: LabelContents.init(choice:))
  var labels: LabelContents?

  @Option(
    name: [.long, .customLong("align")], parsing: .unconditional,
    help: ArgumentHelp("The alignment, QEMU's align=. (default: a page)", valueName: "size", visibility: .rare),
    completion: .alignments, transform: size)
  var backendAlign: ByteCount?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The unit to which the guest rounds namespaces. (default: 16M)", valueName: "size", visibility: .rare),
    completion: .alignments,
    transform: size)
  var guestAlign: ByteCount?

  @OptionGroup var provisioning: NamespaceOptions
  @OptionGroup var consumer: ConsumerOption

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Bytes that a guest of vnvdimm emulate cannot read. (repeatable)", valueName: "offset[+length]",
      visibility: .rare),
    transform: mediaError)
  var error: [Range<UInt64>] = []

  @Option(help: ArgumentHelp("Allocate the space of the file.", valueName: "how"))
  var preallocate: BackendCreation.Preallocation = .off

  @Option(help: ArgumentHelp("The device's id in the configuration.", visibility: .rare), transform: identifier)
  var id = "nvdimm1"

  @Flag(name: [.long, .customShort("n"), .customLong("dry-run")], help: "Print the plan, create nothing.")
  var plan = false

  @Flag(help: "Replace an existing file that is not in use.")
  var overwrite = false

  @OptionGroup var permit: UsePermit

  @OptionGroup var output: AnswerOptions

  /// Checks the options. This is not `validate`, which would run before an unknown option is reported.
  private func checkOptions() throws {
    guard regionSize == nil || fileSize == nil else {
      throw ValidationError("--size and --file-size exclude each other")
    }
    guard regionSize != nil || fileSize != nil || from != nil else {
      throw ValidationError("give one of --size (what the guest sees), --file-size and --from (an image to copy)")
    }
    guard from == nil || provisioning.namespaces.count <= 1 || regionSize != nil || fileSize != nil else {
      throw ValidationError("several namespaces need --size: the image says how large one of them is to be")
    }
    guard labels == nil || labelSize != .none else {
      throw ValidationError("--labels needs a label area, and --label-size none asks for none")
    }
    guard labels != .blank || provisioning.namespaces.isEmpty else {
      throw ValidationError("--namespace needs labels, and --labels blank asks for none")
    }
  }

  func run() throws {
    try checkOptions()
    do {
      let backend = try NewBackend(of: self)
      try create(
        backend,
        backend.creation(
          preallocation: preallocate,
          replacement: overwrite ? .backend(allowsUnseenUsers: permit.allowUnseenUsers) : .nothing))
    } catch let error as BackendError {
      guard let hint = hint(for: error.reason) else { throw permit.failure(error, of: Self.programName) }
      throw CommandFailure(error.commandFailure, hint: .command(hint))
    }
  }

  /// Returns the command that removes the obstacle; `nil` if none is known.
  private func hint(for reason: BackendError.Reason) -> ShellCommand? {
    switch reason {
    case .exists where !overwrite: .typed(Self.programName).with("--overwrite")
    // A clone has the labels, too.
    case .hasLabels: from.map { ShellCommand("cp", ["--reflink=auto", $0], path: path) }
    case .cannotReserve(_, .notSupportedOnSocket): .typed(Self.programName).with("--preallocate", "full")
    default: nil
    }
  }

  private func create(_ backend: NewBackend, _ creation: BackendCreation) throws {
    let absolutePath = try PasteConfiguration.absolute(path)
    let configuration = PasteConfiguration(
      [PasteConfiguration.Device(path: absolutePath, id: id, geometry: backend.geometry, slot: backend.slot)],
      for: backend.consumer)
    if case .domain? = consumer.consumer?.consumer.start, let obstacle = configuration.libvirtObstacle {
      throw CommandFailure(.unsupported, "--for", obstacle.message)
    }
    var answer = CreateAnswer(backend: backend, creation: creation, configuration: configuration, created: !plan)
    if plan {
      try creation.withDraft { answer.judge(made: $0) }
      do { try creation.examine() } catch { answer.warn(of: error) }
      return try print(answer)
    }
    var staged = try prepare(creation)
    // Made before anything has its name: what can fail has not changed anything.
    var condition = try backend.conditionCreation?.prepare()
    // The condition first: whoever finds the backend finds its condition, however this program ends.
    try condition?.takeName()
    do { try staged.takeName() } catch {
      condition?.returnName()
      throw error
    }
    answer.judge()
    do { try print(answer) } catch {
      // If the answer cannot be printed, that is a failure, and the folder is restored.
      staged.returnName()
      condition?.returnName()
      throw error
    }
    if condition == nil { try backend.dropFormerCondition() }
  }

  private func prepare(_ creation: BackendCreation) throws -> StagedBackend {
    let progress = ProgressLine(silent: output.quiet)
    defer { progress.clear() }
    let staged = try creation.prepare { progress.show($0, of: creation.size) }
    progress.clear()
    staged.tellLeftovers(for: Self.programName)
    return staged
  }

  private func print(_ answer: CreateAnswer) throws {
    if !output.quiet {
      for warning in answer.findings where warning.severity > .note {
        StandardStream.diagnose(warning, of: Self.programName, about: path)
      }
    }
    if output.json {
      try StandardStream.answer(answer.json)
    } else if !output.quiet {
      try StandardStream.answer(answer.text)
    }
  }
}

/// Reads the value of `--error`: by default one line of the media.
private func mediaError(_ text: String) throws -> Range<UInt64> {
  let parts = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
  let offset = try size(String(parts[0])).bytes
  let length = parts.count == 2 ? try size(String(parts[1])).bytes : 1
  let (end, overflow) = offset.addingReportingOverflow(length)
  guard length > 0, !overflow else { throw ValidationError("a media error has at least one byte, and an end") }
  return offset..<end
}

extension BackendCreation {
  /// Passes `body` the path of an in-memory file that is like the backend, except for the data that is copied into it.
  fileprivate func withDraft(_ body: (String) -> Void) throws {
    let file: MemoryFile
    do { file = try MemoryFile(size: size) } catch { throw BackendError(path, .cannotCreate(error)) }
    for (offset, bytes) in contents {
      try bytes.forEachPiece { range, piece in
        guard let piece else { return }
        try file.descriptor.writeAll(toAbsoluteOffset: Int64(offset) + Int64(range.lowerBound), piece)
      }
    }
    body(file.path)
    withExtendedLifetime(file) {}
  }
}
