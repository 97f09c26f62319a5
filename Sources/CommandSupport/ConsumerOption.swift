package import ArgumentParser
package import Consumers

/// The program that a backend is for.
package struct ConsumerOption: ParsableArguments {
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "The program that takes it, such as firecracker or kata. (default: qemu)", valueName: "program[,...]"),
    completion: .list(Consumer.described), transform: choice)
  package var consumer: ConsumerChoice?

  package init() {}

  private static func choice(_ text: String) throws -> ConsumerChoice {
    do throws(ConsumerChoice.Failure) { return try ConsumerChoice(parsing: text) } catch {
      throw ValidationError(error.description)
    }
  }
}
