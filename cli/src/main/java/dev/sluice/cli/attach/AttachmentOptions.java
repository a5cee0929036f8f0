package dev.sluice.cli.attach;

import dev.sluice.cli.prog.ProgramOptions;
import dev.sluice.cli.prog.ProgramSource;
import dev.sluice.datapath.InvalidInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all commands that attach a program have in common. */
public final class AttachmentOptions {
  @Option(
      names = "--java",
      paramLabel = "CLASS",
      description = "Instead of PROGRAM: a class that comes with Sluice, a .class file or a .jar.")
  private @Nullable String java;

  @Mixin final ProgramOptions program = new ProgramOptions();

  @ArgGroup(exclusive = true)
  @Nullable PlaceOptions place;

  @Option(
      names = "--expect",
      paramLabel = "REV",
      description = "Only if the chain has this revision.")
  long expect;

  @ArgGroup(exclusive = true)
  @Nullable KeepOptions keep;

  @Option(
      names = "--purpose",
      paramLabel = "TEXT",
      description = "What it is for: kept beside the link, for sluice chain list.")
  String purpose = "";

  @Option(
      names = "--pin-maps",
      paramLabel = "DIR",
      description = "Pin the program's maps in this folder under their names.")
  @Nullable Path pinMaps;

  @Option(
      names = "--set",
      paramLabel = "MAP:KEY=VALUE",
      description = "Put an entry into one of the program's maps first. May be repeated.")
  List<String> settings = new ArrayList<>();

  /**
   * The program that is meant.
   *
   * @param named the parameter PROGRAM; empty if there was none
   */
  public ProgramSource source(String named) {
    if (named.isEmpty() == (java == null)) {
      throw new InvalidInput("command line", 0, 0, "expected either PROGRAM or --java CLASS");
    }
    return java == null ? program.source(named) : program.sourceInJava(java);
  }
}
