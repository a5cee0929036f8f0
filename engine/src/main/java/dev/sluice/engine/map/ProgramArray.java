package dev.sluice.engine.map;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.program.MapInfo;
import dev.sluice.engine.Machine;
import dev.sluice.engine.object.EngineObject;
import dev.sluice.engine.program.EngineProgram;
import dev.sluice.engine.vm.GuestMemory;
import org.jspecify.annotations.Nullable;

/**
 * Programs for tail calls ({@code prog_array_map_ops} in {@code kernel/bpf/arraymap.c}). The first
 * program that is put in or loaded with the map fixes the type of all.
 */
public final class ProgramArray extends EngineMap {
  private final @Nullable EngineProgram[] programs;
  private @Nullable ProgramType type;

  /** An array without programs. */
  public ProgramArray(Machine machine, MapInfo shape) {
    super(machine, shape, new byte[0], 8, NO_LOCK);
    programs = new @Nullable EngineProgram[shape.maxEntries()];
  }

  /** The program at an index; null if there is none. */
  public @Nullable EngineProgram programAt(int index) {
    return index >= 0 && index < programs.length ? programs[index] : null;
  }

  /** Whether programs of a type may call or be called through it; fixes the type if none is. */
  public boolean admits(ProgramType other) {
    if (type == null) {
      type = other;
    }
    return type == other;
  }

  @Override
  public int find(byte[] keys, int at) {
    return -1;
  }

  @Override
  public boolean read(byte[] key, byte[] out) {
    EngineProgram program = programAt(GuestMemory.getInt(key, 0));
    if (program != null) {
      GuestMemory.putInt(out, 0, program.id());
    }
    return program != null;
  }

  /** Programs cannot write to it. */
  @Override
  public int update(byte[] keys, int keyAt, byte[] newValues, int valueAt, long flags) {
    return Results.EINVAL;
  }

  @Override
  public int write(byte[] key, byte[] value, long flags) {
    int index = GuestMemory.getInt(key, 0);
    if (flags != Results.ANY) {
      return Results.EINVAL;
    }
    if (Integer.compareUnsigned(index, programs.length) >= 0) {
      return Results.E2BIG;
    }
    EngineObject found = machine().programs().find(GuestMemory.getInt(value, 0));
    if (!(found instanceof EngineProgram program)) {
      return Results.EBADF;
    }
    if (!admits(program.spec().type())) {
      return Results.EINVAL;
    }
    program.acquire();
    put(index, program);
    return Results.DONE;
  }

  private void put(int index, @Nullable EngineProgram program) {
    EngineProgram old = programs[index];
    programs[index] = program;
    if (old != null) {
      old.release();
    }
  }

  @Override
  public int delete(byte[] keys, int at) {
    int index = GuestMemory.getInt(keys, at);
    if (Integer.compareUnsigned(index, programs.length) >= 0) {
      return Results.E2BIG;
    }
    if (programs[index] == null) {
      return Results.ENOENT;
    }
    put(index, null);
    return Results.DONE;
  }

  @Override
  public int nextKey(byte @Nullable [] key, byte[] next) {
    return ArrayMap.nextIndex(key, next, programs.length);
  }

  /**
   * Programs and an array that hold each other would live for ever, so the array is emptied once
   * nobody outside can reach it ({@code prog_array_map_clear}).
   */
  @Override
  protected void lastUserGone() {
    for (int index = 0; index < programs.length; index++) {
      put(index, null);
    }
  }

  @Override
  protected void dispose() {
    lastUserGone();
    super.dispose();
  }
}
