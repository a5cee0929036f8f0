package dev.sluice.cli.prog;

import dev.sluice.bpf.ObjectSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How commands are told which program of a file is meant, and with which constants. */
public final class ProgramOptions {
  @Option(
      names = "--program",
      paramLabel = "NAME",
      description = "Which of the file's programs, if it holds several.")
  public @Nullable String name;

  @Option(
      names = "--const",
      paramLabel = "NAME=NUMBER",
      description =
          "Set a constant of a program in Java or a global variable of one in C. May be repeated.")
  private List<String> constants = new ArrayList<>();

  /** The program that is meant by a parameter. */
  public ProgramSource source(String target) {
    return ProgramSource.parse(target, JavaPrograms.constants(constants));
  }

  /** The program of a class that comes with Sluice, of a class file or of a jar. */
  public ProgramSource sourceInJava(String named) {
    return ProgramSource.ofJava(named, constants);
  }

  /** What a file holds: the program that was chosen, or all. */
  ObjectSpec read(Path file) {
    ObjectSpec object = ProgramSource.read(file, JavaPrograms.constants(constants));
    return name == null ? object : ProgramSource.choose(object, file, name);
  }
}
