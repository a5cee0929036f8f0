package dev.sluice.compiler.program;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.ObjectName;
import java.lang.reflect.Method;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Programs that another goes on with ({@code bpf_tail_call}). It is kept in a {@code static final}
 * field, whose name in lower case is the map's.
 */
public final class ProgramTable {
  private final @Nullable JavaProgram[] programs;

  private ProgramTable(int entries) {
    programs = new @Nullable JavaProgram[entries];
  }

  /** A table with room for so many. */
  public static ProgramTable of(int entries) {
    return new ProgramTable(entries);
  }

  /**
   * Goes on with a program, in place of the one that calls it. Where there is none, the caller goes
   * on itself.
   *
   * @param packet the caller's
   * @param index which
   */
  public void call(PacketBytes packet, int index) {
    if (index >= 0 && index < programs.length) {
      JavaProgram program = programs[index];
      if (program != null) {
        throw new Ended(program.run(packet));
      }
    }
  }

  /** On the JVM: puts a method in its place. */
  public void put(int index, Method method) {
    programs[index] = JavaProgram.of(method);
  }

  /** The map of a datapath that this stands for, with the name of a field. */
  public MapSpec spec(String field) {
    return MapSpec.of(
        ObjectName.cut(field.toLowerCase(Locale.ROOT)), MapType.PROG_ARRAY, 4, 4, programs.length);
  }
}
