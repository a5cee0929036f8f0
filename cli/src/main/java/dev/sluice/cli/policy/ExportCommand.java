package dev.sluice.cli.policy;

import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.OutputFormat;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.policy.document.PolicyWriter;
import dev.sluice.policy.export.Exported;
import dev.sluice.policy.export.PolicyExport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice export}. */
@Command(
    name = "export",
    description = {
      "Read what was set up with tc as a policy; changes nothing.",
      "What a policy cannot say is told on standard error."
    },
    mixinStandardHelpOptions = true)
public final class ExportCommand implements Callable<Integer> {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private final Session session;

  @Parameters(
      arity = "0..*",
      paramLabel = "DEVICE",
      description = "Only these devices; all unless said.")
  private final List<String> names = new ArrayList<>();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "exported",
      description = "What the policy is to be called: ${DEFAULT-VALUE} unless said.")
  private String name = "exported";

  @Option(names = "--strict", description = "Fail (exit code 1) if something was left out.")
  private boolean strict;

  /** The command for one session. */
  public ExportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidInput(
          "--name",
          0,
          0,
          "expected lower-case letters, digits and hyphens, found \"" + name + "\"");
    }
    Datapath datapath = session.datapath();
    List<Device> devices =
        names.isEmpty()
            ? datapath.devices()
            : names.stream().distinct().map(datapath::device).toList();
    Exported exported = PolicyExport.read(datapath, devices, name);
    exported.notes().forEach(note -> session.note(note.toString()));
    Output output = session.output();
    output
        .out()
        .print(
            output.format() == OutputFormat.JSON
                ? PolicyWriter.json(exported.policy())
                : exported.yaml());
    return strict && exported.isIncomplete() ? ExitCode.INPUT : ExitCode.OK;
  }
}
