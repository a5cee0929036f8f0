package dev.sluice.cli.prog;

import dev.sluice.bpf.Call;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.Subprogram;
import dev.sluice.bpf.TypeDescription;
import dev.sluice.bpf.Variable;
import dev.sluice.bpf.elf.KernelDependency;
import dev.sluice.bpf.elf.ProgramSection;
import dev.sluice.bpf.requirement.Requirement;
import dev.sluice.engine.helper.HelperTable;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a file with programs holds and wants, before anything of it is loaded.
 *
 * @param file the file
 * @param needs the oldest kernel that can have all of it
 * @param programs the programs in the order of the file
 * @param maps the maps in the order of the file
 * @param variables the global variables whose types are known
 * @param questions what it asks of the kernel, and what this kernel answers
 * @param notForPackets sections with programs that are not read
 */
record Inspection(
    String file,
    @Nullable Need needs,
    List<ProgramFacts> programs,
    List<MapFacts> maps,
    List<VariableFacts> variables,
    List<KernelQuestion> questions,
    List<ProgramSection> notForPackets) {
  /**
   * Something that a kernel must have.
   *
   * @param linux the first release that has it, such as {@code 5.13}
   * @param reason what it is
   */
  record Need(String linux, String reason) {
    private static Need of(Requirement requirement) {
      return new Need(requirement.since().toString(), requirement.what());
    }
  }

  /**
   * Something that a file asks of the kernel.
   *
   * @param kind relocation, configuration, function or variable
   * @param name what is asked for
   * @param optional whether the file can do without an answer
   * @param answer what this kernel answers; null if it has none
   */
  record KernelQuestion(String kind, String name, boolean optional, @Nullable String answer) {
    private static KernelQuestion of(KernelDependency dependency) {
      return new KernelQuestion(
          dependency.kind().name().toLowerCase(Locale.ROOT),
          dependency.name(),
          dependency.optional(),
          dependency.answer().orElse(null));
    }
  }

  /**
   * A program.
   *
   * @param name its name
   * @param section the section that it is in; null if the file has none
   * @param type its type
   * @param attachType where it is to be attached; null where the type says it all
   * @param license its license
   * @param instructions slots of 8 bytes
   * @param functions its functions behind the first
   * @param maps the maps that it uses
   * @param helpers the helpers that it calls, in the order of their numbers
   * @param gplHelpers those of them that want a GPL-compatible license
   * @param licenseTooStrict whether there are such and the license is none
   * @param kernelFunctions how many functions of the kernel it calls
   * @param sourceLines whether it is known which lines of the source its instructions come from
   * @param needs what a kernel must have for it and its maps, the newest first
   */
  record ProgramFacts(
      String name,
      @Nullable String section,
      String type,
      @Nullable String attachType,
      String license,
      int instructions,
      List<String> functions,
      List<String> maps,
      List<String> helpers,
      List<String> gplHelpers,
      boolean licenseTooStrict,
      int kernelFunctions,
      boolean sourceLines,
      List<Need> needs) {
    private static ProgramFacts of(ProgramSpec program, ObjectSpec object, ObjectFileFacts facts) {
      String section = facts.sectionOf(program.name());
      List<HelperFunction> helpers =
          program.instructions().stream()
              .flatMap(
                  instruction ->
                      instruction instanceof Call.Helper helper
                          ? helper.function().stream()
                          : Stream.empty())
              .distinct()
              .sorted(Comparator.comparingInt(HelperFunction::id))
              .toList();
      List<String> gpl =
          helpers.stream().filter(HelperTable::isGplOnly).map(HelperFunction::kernelName).toList();
      return new ProgramFacts(
          program.name(),
          section.isEmpty() ? null : section,
          program.type().kernelName(),
          switch (program.expectedAttachType()) {
            case UNSPECIFIED -> null;
            default -> program.expectedAttachType().kernelName();
          },
          program.license(),
          program.code().slots(),
          program.functions().stream().map(Subprogram::name).toList(),
          List.copyOf(program.mapNames()),
          helpers.stream().map(HelperFunction::kernelName).toList(),
          gpl,
          !gpl.isEmpty() && !program.isGplCompatible(),
          (int)
              program.instructions().stream()
                  .filter(Call.KernelFunction.class::isInstance)
                  .distinct()
                  .count(),
          !program.code().lines().isEmpty(),
          Requirement.of(program, object).stream().map(Need::of).toList());
    }
  }

  /**
   * A map.
   *
   * @param name its name
   * @param type its type
   * @param keyBytes bytes of a key
   * @param valueBytes bytes of a value
   * @param entries how many fit
   * @param flags what it is created with
   * @param pinned whether it outlives the programs, under its name
   * @param inner the type of the maps in it; null if it holds none
   * @param contents what it holds from the start, in hexadecimal; null for nothing or zeros
   * @param needs what a kernel must have for it, the newest first
   */
  record MapFacts(
      String name,
      String type,
      int keyBytes,
      int valueBytes,
      int entries,
      List<String> flags,
      boolean pinned,
      @Nullable String inner,
      @Nullable String contents,
      List<Need> needs) {
    private static MapFacts of(MapSpec map) {
      MapSpec inner = map.innerMap();
      return new MapFacts(
          map.name(),
          map.type().kernelName(),
          map.keySize(),
          map.valueSize(),
          map.maxEntries(),
          map.flags().stream().map(MapFlag::text).toList(),
          switch (map.pinning()) {
            case NONE -> false;
            case BY_NAME -> true;
          },
          inner == null ? null : inner.type().kernelName(),
          map.contents() == null ? null : map.contents().toString(),
          Requirement.of(map).stream().map(Need::of).toList());
    }
  }

  /**
   * A global variable.
   *
   * @param name its name
   * @param map the map that it is in
   * @param type its type
   * @param offset bytes from the start of the map's value
   * @param constant whether programs may only read it
   * @param value its value from the start; null if it is no single number, and cannot be set
   */
  record VariableFacts(
      String name, String map, String type, int offset, boolean constant, @Nullable Long value) {
    private static VariableFacts of(Variable variable, ObjectSpec object) {
      OptionalLong value = variable.value(object);
      return new VariableFacts(
          variable.name(),
          variable.map(),
          typeName(variable.type()),
          variable.offset(),
          variable.constant(),
          value.isPresent() ? value.getAsLong() : null);
    }

    private static String typeName(TypeDescription type) {
      return switch (type) {
        case TypeDescription.Int number -> number.name().replace('_', ' ').strip();
        case TypeDescription.Typedef alias -> alias.name();
        case TypeDescription.Array array -> typeName(array.element()) + "[" + array.count() + "]";
        case TypeDescription.Struct struct ->
            struct.name().isEmpty() ? "struct" : "struct " + struct.name();
      };
    }
  }

  /**
   * Looks at an object.
   *
   * @param facts what else the file tells
   */
  static Inspection of(String file, ObjectSpec object, ObjectFileFacts facts) {
    Need newest =
        Stream.concat(
                object.programs().stream().flatMap(p -> Requirement.of(p, object).stream()),
                object.maps().stream().flatMap(map -> Requirement.of(map).stream()))
            .max(Comparator.comparing(Requirement::since))
            .map(Need::of)
            .orElse(null);
    return new Inspection(
        file,
        newest,
        object.programs().stream().map(program -> ProgramFacts.of(program, object, facts)).toList(),
        object.maps().stream().map(MapFacts::of).toList(),
        Variable.of(object).stream().map(variable -> VariableFacts.of(variable, object)).toList(),
        facts.dependencies().stream().map(KernelQuestion::of).toList(),
        facts.sections().stream().filter(section -> !section.forPackets()).toList());
  }
}
