package dev.sluice.cli.prog;

import dev.sluice.bpf.AssemblyException;
import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.Variable;
import dev.sluice.bpf.elf.ElfObject;
import dev.sluice.bpf.elf.InvalidElfException;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.RunningKernel;
import dev.sluice.kernel.bpf.BpfFileSystem;
import dev.sluice.policy.spec.OwnProgram;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a person names a program. */
public sealed interface ProgramSource {
  /** How the names of object files end. */
  String OBJECT = ".o";

  /**
   * An object file, a file in assembler text or with programs in Java, to be loaded.
   *
   * @param path the file
   * @param constants what constants of programs in Java, and global variables of those in C, are
   *     set to
   */
  record File(Path path, Map<String, Long> constants) implements ProgramSource {
    /** Keeps a copy. */
    public File {
      constants = Map.copyOf(constants);
    }

    /** A file as it is. */
    File(Path path) {
      this(path, Map.of());
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * A program that is pinned.
   *
   * @param path where
   */
  record Pin(Path path) implements ProgramSource {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * A program that is loaded: {@code id:12}.
   *
   * @param id its number
   */
  record Loaded(int id) implements ProgramSource {
    @Override
    public String toString() {
      return "id:" + id;
    }
  }

  /** A source or class file, a jar, or the name of a class that comes with Sluice. */
  static ProgramSource ofJava(String text, List<String> constants) {
    return new File(Path.of(ProgCompileCommand.named(text)), JavaPrograms.constants(constants));
  }

  /** Reads {@code id:N}, the path of a pin or the path of a file. */
  static ProgramSource parse(String text) {
    return parse(text, Map.of());
  }

  /** The same, where a file's constants are to be set. */
  static ProgramSource parse(String text, Map<String, Long> constants) {
    ProgramSource source = named(text);
    if (constants.isEmpty()) {
      return source;
    }
    if (source instanceof File(Path path, var _)) {
      return new File(path, constants);
    }
    throw new InvalidInput(
        "command line", 0, 0, "--const is for files: what is loaded has its constants already");
  }

  private static ProgramSource named(String text) {
    if (text.startsWith("id:")) {
      try {
        int id = Integer.parseInt(text.substring(3));
        if (id > 0) {
          return new Loaded(id);
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new InvalidInput(
          "command line", 0, 0, "expected a program's number from 1 behind id:, found " + text);
    }
    Path path = Path.of(text);
    // What is not there in /sys/fs/bpf was meant as a pin: the message is to say so.
    boolean pinned =
        path.startsWith(BpfFileSystem.DEFAULT)
            || BpfFileSystem.isMounted(BpfFileSystem.resolve(path));
    return pinned ? new Pin(path) : new File(path);
  }

  /**
   * Opens the program, or loads it from its file.
   *
   * @param name which of a file's programs; null if it holds only one
   */
  static OpenedProgram open(ProgramSource source, Datapath datapath, @Nullable String name) {
    return switch (source) {
      case File(Path path, Map<String, Long> constants) ->
          load(choose(read(path, constants), path, name), datapath);
      case Pin(Path path) -> opened(datapath.programs().openPinned(path), name, source);
      case Loaded(int id) -> opened(datapath.programs().open(id), name, source);
    };
  }

  private static OpenedProgram opened(
      Program program, @Nullable String expected, ProgramSource source) {
    String name = program.info().name();
    if (expected != null && !expected.equals(name)) {
      program.close();
      throw new NotFound("program in " + source, expected + " (it is called " + name + ")");
    }
    return new OpenedProgram(program, name.isEmpty() ? "id" + program.info().id() : name, Map.of());
  }

  private static OpenedProgram load(ObjectSpec one, Datapath datapath) {
    String name = one.programs().getFirst().name();
    LoadedObject loaded = datapath.programs().load(one);
    // Those that it jumps to are held by the arrays that they are in.
    loaded.programs().values().stream().skip(1).forEach(Program::close);
    return new OpenedProgram(loaded.program(name), name, loaded.maps());
  }

  /**
   * Reads an object file, which is known by its name or its first bytes, programs in Java ({@link
   * JavaPrograms}), or a file in assembler text.
   *
   * @throws NotFound if there is no such file
   * @throws InvalidInput if it cannot be read
   * @throws AssemblyException with the lines and columns of what is wrong in it
   */
  static ObjectSpec read(Path path) {
    return read(path, Map.of());
  }

  /** Reads a policy's own program, as {@link dev.sluice.policy.plan.ProgramFiles} does. */
  static ObjectSpec read(Path path, OwnProgram program) {
    return choose(read(path, program.constants()), path, program.program());
  }

  /** The same, with constants of Java or global variables of C set. */
  static ObjectSpec read(Path path, Map<String, Long> constants) {
    return JavaPrograms.isMeant(path.toString())
        ? JavaPrograms.read(path.toString(), constants)
        : withVariables(readFile(path), path, constants);
  }

  private static ObjectSpec withVariables(ObjectSpec object, Path path, Map<String, Long> values) {
    ObjectSpec changed = object;
    for (Map.Entry<String, Long> value : values.entrySet()) {
      List<Variable> named =
          Variable.of(object).stream().filter(v -> v.name().equals(value.getKey())).toList();
      if (named.isEmpty()) {
        throw new NotFound("global variable in " + path, value.getKey() + variables(object));
      }
      for (Variable variable : named) {
        try {
          changed = variable.set(changed, value.getValue());
        } catch (IllegalArgumentException e) {
          throw new InvalidInput("command line", 0, 0, "--const: " + e.getMessage());
        }
      }
    }
    return changed;
  }

  private static String variables(ObjectSpec object) {
    List<String> names = Variable.of(object).stream().map(Variable::name).distinct().toList();
    return " (it has " + (names.isEmpty() ? "none" : String.join(", ", names)) + ")";
  }

  private static ObjectSpec readFile(Path path) {
    try {
      byte[] bytes = Files.readAllBytes(path);
      if (path.toString().endsWith(OBJECT) || ElfObject.isElf(bytes)) {
        return ElfObject.parse(path.toString(), bytes, RunningKernel.FACTS);
      }
      return AssemblyParser.parse(path.toString(), text(bytes));
    } catch (InvalidElfException e) {
      throw new InvalidInput(e.source(), 0, 0, e.place() + ": " + e.reason());
    } catch (NoSuchFileException e) {
      throw new NotFound("file", path.toString());
    } catch (CharacterCodingException e) {
      throw new InvalidInput(
          path.toString(), 0, 0, "expected an object file or assembler text in UTF-8");
    } catch (AccessDeniedException e) {
      throw new InvalidInput(path.toString(), 0, 0, "no permission to read the file");
    } catch (IOException e) {
      throw new InvalidInput(path.toString(), 0, 0, "cannot be read: " + e.getMessage());
    }
  }

  private static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  /**
   * Reads what a file holds, in assembler text or Java by its name.
   *
   * @param name the file's
   */
  static ObjectSpec read(String name, String text) {
    return JavaPrograms.isSource(name)
        ? JavaPrograms.ofSource(name, text)
        : AssemblyParser.parse(name, text);
  }

  /** One program of an object, with the maps that it uses and the programs that it jumps to. */
  static ObjectSpec choose(ObjectSpec object, Path path, @Nullable String name) {
    List<ProgramSpec> programs = object.programs();
    String names = programs.stream().map(ProgramSpec::name).collect(Collectors.joining(", "));
    if (programs.isEmpty()) {
      throw new InvalidInput(path.toString(), 0, 0, "the file holds no program");
    }
    if (name == null && programs.size() > 1) {
      throw new InvalidInput(
          path.toString(),
          0,
          0,
          "the file holds several programs; choose one with --program: " + names);
    }
    ProgramSpec chosen =
        name == null
            ? programs.getFirst()
            : object
                .program(name)
                .orElseThrow(
                    () -> new NotFound("program in " + path, name + " (it holds " + names + ")"));
    return object.reachedFrom(chosen.name());
  }
}
