package dev.sluice.engine.program;

import dev.sluice.bpf.Bytecode;
import dev.sluice.bpf.Constant;
import dev.sluice.bpf.Instruction;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.engine.Machine;
import dev.sluice.engine.map.EngineMap;
import dev.sluice.engine.object.EngineObject;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Executable;
import dev.sluice.engine.vm.Execution;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** A loaded program. It holds the maps it names. */
public final class EngineProgram extends EngineObject {
  private static final int TAG_BYTES = 8;
  private static final int IMMEDIATE = 4;
  private static final int NEXT = -1;
  private static final int OTHER = 8;

  private final Machine machine;
  private final ProgramSpec spec;
  private final Map<String, EngineMap> maps;
  private final Executable executable;
  private final int verifiedInstructions;
  private final long loadedAt;
  private final String tag;
  private final long[] verdicts = new long[OTHER - NEXT + 1];
  private long runs;
  private long bytes;
  private long runTime;

  /**
   * A program with one reference, the maker's.
   *
   * @param maps the maps that it uses, by the names that it has for them
   * @param verifiedInstructions how many instructions the verifier looked at
   */
  public EngineProgram(
      Machine machine,
      ProgramSpec spec,
      Map<String, EngineMap> maps,
      Executable executable,
      int verifiedInstructions) {
    super(machine.programs());
    this.machine = machine;
    this.spec = spec;
    this.maps = Collections.unmodifiableMap(new LinkedHashMap<>(maps));
    this.executable = executable;
    this.verifiedInstructions = verifiedInstructions;
    loadedAt = machine.clock().nanoseconds();
    tag = tag(spec);
    this.maps.values().forEach(EngineMap::acquire);
  }

  /** What it was loaded from. */
  public ProgramSpec spec() {
    return spec;
  }

  /** What runs it. */
  public Executable executable() {
    return executable;
  }

  /**
   * Runs it on a packet.
   *
   * @return its verdict, or for XDP its action
   */
  public int run(Execution execution, SocketBuffer packet) {
    execution.begin(packet);
    bytes += packet.queueLength;
    int verdict;
    if (machine.countsRuns()) {
      long start = System.nanoTime();
      verdict = (int) executable.run(execution);
      runTime += System.nanoTime() - start;
      runs++;
    } else {
      verdict = (int) executable.run(execution);
    }
    verdicts[verdict >= NEXT && verdict < OTHER ? verdict - NEXT : OTHER - NEXT]++;
    return verdict;
  }

  /**
   * How often it returned a verdict since it was loaded.
   *
   * @param verdict −1 ({@code NEXT}) to 7 ({@code REDIRECT}); 8 for any other number
   */
  public long verdictCount(int verdict) {
    return verdicts[Math.clamp(verdict, NEXT, OTHER) - NEXT];
  }

  /** Bytes of the packets that it saw at hooks. */
  public long bytes() {
    return bytes;
  }

  /** What listings tell of it. */
  public ProgramInfo info() {
    int bytes = spec.code().slots() * Bytecode.SLOT_BYTES;
    return new ProgramInfo(
        id(),
        spec.type(),
        spec.type().number(),
        spec.name(),
        tag,
        spec.isGplCompatible(),
        loadedAt,
        0,
        bytes,
        0,
        verifiedInstructions,
        maps.values().stream().map(EngineMap::id).distinct().toList(),
        0,
        runTime,
        runs);
  }

  /** Its instructions, with the numbers of its maps where it names them. */
  byte[] translatedInstructions() {
    return spec.encode(name -> Objects.requireNonNull(maps.get(name)).id());
  }

  /** {@code bpf_prog_calc_tag} in {@code kernel/bpf/core.c}: maps do not count. */
  private static String tag(ProgramSpec spec) {
    byte[] bytes = spec.encode(_ -> 0);
    int slot = 0;
    for (Instruction instruction : spec.instructions()) {
      if (instruction instanceof Constant.MapValueAddress) {
        int second = (slot + 1) * Bytecode.SLOT_BYTES + IMMEDIATE;
        Arrays.fill(bytes, second, second + 4, (byte) 0);
      }
      slot += instruction.slots();
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, TAG_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  @Override
  protected void dispose() {
    maps.values().forEach(EngineMap::release);
  }

  @Override
  public String toString() {
    return "program " + id() + " (" + spec.name() + ")";
  }
}
