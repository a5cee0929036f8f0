package dev.sluice.cli.prog;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.elf.ProgramSection;
import dev.sluice.cli.ExitCode;
import dev.sluice.cli.Session;
import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Table;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice prog inspect}: what a file holds and what it wants of a kernel. */
@Command(
    name = "inspect",
    description = {
      "Tell what a file with programs holds, and which kernel it needs. Nothing is loaded.",
      "LINUX is the first release that has all that a program and its maps use; -o wide lists it."
    },
    mixinStandardHelpOptions = true)
public final class ProgInspectCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(paramLabel = "FILE", description = "A .o, .bpfasm, .java or .class file or a .jar.")
  private Path file = Path.of("");

  @Mixin private final ProgramOptions program = new ProgramOptions();

  /** The command for one session. */
  public ProgInspectCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ObjectSpec object = program.read(file);
    Inspection inspection = Inspection.of(file.toString(), object, ObjectFileFacts.read(file));
    session.output().print(inspection, output -> print(inspection, output));
    return ExitCode.OK;
  }

  private static void print(Inspection inspection, Output output) {
    Inspection.Need needs = inspection.needs();
    if (needs != null) {
      output.line("needs Linux " + needs.linux() + " for " + needs.reason());
    }
    printPrograms(inspection.programs(), output);
    printMaps(inspection.maps(), output);
    printVariables(inspection.variables(), output);
    for (Inspection.ProgramFacts program : inspection.programs()) {
      if (program.licenseTooStrict()) {
        output.line("");
        output.line(
            "%s: %s is for programs under a GPL-compatible license, and '%s' is none"
                .formatted(
                    program.name(), String.join(", ", program.gplHelpers()), program.license()));
      }
    }
    for (ProgramSection section : inspection.notForPackets()) {
      output.line("");
      output.line(
          "not for packets, and not read: %s in section %s"
              .formatted(String.join(", ", section.programs()), section.name()));
    }
    printQuestions(inspection.questions(), output);
    if (output.isWide()) {
      printNeeds(inspection.programs(), output);
    }
  }

  private static void printPrograms(List<Inspection.ProgramFacts> programs, Output output) {
    if (programs.isEmpty()) {
      output.line("no programs");
      return;
    }
    Table table =
        new Table(
            "PROGRAM",
            "SECTION",
            "TYPE",
            "ATTACH",
            "LICENSE",
            ">INSNS",
            ">FUNCTIONS",
            "MAPS",
            "LINUX",
            "BECAUSE OF");
    for (Inspection.ProgramFacts program : programs) {
      Inspection.Need first = program.needs().getFirst();
      table.row(
          program.name(),
          orEmpty(program.section()),
          program.type(),
          orEmpty(program.attachType()),
          program.license(),
          Integer.toString(program.instructions()),
          Integer.toString(program.functions().size()),
          String.join(",", program.maps()),
          first.linux(),
          first.reason());
    }
    output.line("");
    table.print(output);
  }

  private static void printMaps(List<Inspection.MapFacts> maps, Output output) {
    if (maps.isEmpty()) {
      return;
    }
    Table table =
        new Table("MAP", "TYPE", ">KEY", ">VALUE", ">ENTRIES", "FLAGS", "PINNED", "HOLDS", "LINUX");
    for (Inspection.MapFacts map : maps) {
      table.row(
          map.name(),
          map.type(),
          Integer.toString(map.keyBytes()),
          Integer.toString(map.valueBytes()),
          Integer.toString(map.entries()),
          String.join(",", map.flags()),
          map.pinned() ? "by name" : "",
          holds(map, output.isWide()),
          map.needs().getFirst().linux());
    }
    output.line("");
    table.print(output);
  }

  private static String holds(Inspection.MapFacts map, boolean whole) {
    if (map.inner() != null) {
      return "maps of type " + map.inner();
    }
    if (map.contents() == null) {
      return "";
    }
    return whole ? map.contents() : map.valueBytes() + " bytes";
  }

  private static void printVariables(List<Inspection.VariableFacts> variables, Output output) {
    if (variables.isEmpty()) {
      return;
    }
    Table table = new Table("VARIABLE", "TYPE", "MAP", ">OFFSET", ">VALUE", "CONSTANT");
    for (Inspection.VariableFacts variable : variables) {
      table.row(
          variable.name(),
          variable.type(),
          variable.map(),
          Integer.toString(variable.offset()),
          variable.value() == null ? "" : variable.value().toString(),
          variable.constant() ? "yes" : "no");
    }
    output.line("");
    table.print(output);
  }

  private static void printQuestions(List<Inspection.KernelQuestion> questions, Output output) {
    if (questions.isEmpty()) {
      return;
    }
    Table table = new Table("ASKS THE KERNEL FOR", "KIND", "OPTIONAL", "THIS ONE SAYS");
    for (Inspection.KernelQuestion question : questions) {
      table.row(
          question.name(),
          question.kind(),
          question.optional() ? "yes" : "",
          question.answer() == null ? "there is none" : question.answer());
    }
    output.line("");
    table.print(output);
  }

  private static void printNeeds(List<Inspection.ProgramFacts> programs, Output output) {
    for (Inspection.ProgramFacts program : programs) {
      output.line("");
      output.line(
          program.name()
              + (program.helpers().isEmpty()
                  ? " calls no helpers"
                  : " calls "
                      + program.helpers().stream()
                          .map(h -> program.gplHelpers().contains(h) ? h + " (GPL)" : h)
                          .collect(Collectors.joining(", "))));
      Table table = new Table("LINUX", "BROUGHT");
      program.needs().forEach(need -> table.row(need.linux(), need.reason()));
      table.print(output.out(), "  ", output.paint());
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
