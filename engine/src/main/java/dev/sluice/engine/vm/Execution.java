package dev.sluice.engine.vm;

import dev.sluice.engine.map.EngineMap;
import dev.sluice.engine.skb.SocketBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a run: the packet, the stacks, what helpers lent. One is used for run after run, so
 * that a run allocates nothing.
 *
 * <p>Fields are public for the code that programs are compiled to.
 */
public final class Execution {
  /** Backward jumps and calls that a run may make before it is taken for endless. */
  public static final long FUEL = 100_000_000;

  /** Calls to other programs that a run may make ({@code MAX_TAIL_CALL_CNT}). */
  public static final int TAIL_CALLS = 33;

  /**
   * Most functions under way at once: each program of a chain of tail calls may have {@link
   * Address#MAX_FRAMES} of its own, for a tail call in a function puts a whole program in that
   * function's place.
   */
  public static final int MOST_FRAMES = Address.MAX_FRAMES * (TAIL_CALLS + 1);

  /** Turns that {@code may_goto} lets the loops of a function make ({@code BPF_MAX_LOOPS}). */
  public static final int MAY_GOTO_LOOPS = 8 * 1024 * 1024;

  private static final int REGISTERS = 11;

  /** The packet; also that of an XDP program. */
  public SocketBuffer packet;

  /** A stack for each function under way, down to the deepest that there was; then empty ones. */
  public final byte[][] stacks = new byte[MOST_FRAMES][0];

  /** Registers for each function under way, for whoever keeps them in memory. */
  public final long[][] registers = new long[MOST_FRAMES][0];

  /** For each function under way, turns of its {@code may_goto} loops that are left. */
  private final int[] mayGoto = new int[MOST_FRAMES];

  /** Backward jumps and calls that are left. */
  public long fuel;

  /** Tail calls that were made. */
  public int tailCalls;

  /** Functions of the program under way that called another and wait: 0 in the entry function. */
  public int depth;

  /** The functions of the program under way, for helpers that call back; set while it runs. */
  public @Nullable Functions functions;

  /** The array of the last {@link #locate}. */
  public byte[] located = new byte[0];

  /** Functions of a program that helpers call back ({@code bpf_loop}, {@code bpf_for_each}). */
  public interface Functions {
    /**
     * Calls a function one frame deeper.
     *
     * @param slot where it begins, as in {@code Address.FUNCTION | slot}
     * @return what it left in R0
     */
    long call(Execution execution, int slot, long r1, long r2, long r3, long r4);
  }

  private final Surroundings surroundings;
  private byte[][] lent = new byte[4][];
  private int lentCount;

  /** A memory without a packet. */
  public Execution(Surroundings surroundings) {
    this.surroundings = surroundings;
    packet = new SocketBuffer(0);
    for (int frame = 0; frame < Address.MAX_FRAMES; frame++) {
      makeFrame(frame);
    }
  }

  private void makeFrame(int frame) {
    stacks[frame] = new byte[Address.STACK_BYTES];
    registers[frame] = new long[REGISTERS];
  }

  /** The machine and network around. */
  public Surroundings surroundings() {
    return surroundings;
  }

  /**
   * Makes ready for a run on a packet. Stacks keep their bytes: verified programs never see them.
   */
  public void begin(SocketBuffer newPacket) {
    packet = newPacket;
    fuel = FUEL;
    tailCalls = 0;
    depth = 0;
    functions = null;
    lentCount = 0;
  }

  /** Counts a backward jump or a call. */
  public void burn() {
    fuel--;
    if (fuel < 0) {
      throw outOfFuel();
    }
  }

  /** What a run that burns more than {@link #FUEL} faults with. */
  public static Fault outOfFuel() {
    return new Fault("it runs on without end: " + FUEL + " backward jumps and calls");
  }

  /**
   * Goes one frame deeper, for a call. Whoever does takes 1 from {@link #depth} when the function
   * is left, in whatever way.
   *
   * @throws Fault if too many functions are under way, or the run is out of fuel
   */
  public void enter() {
    burn();
    int frame = depth + 1;
    if (frame == MOST_FRAMES) {
      throw new Fault("the call stack of " + MOST_FRAMES + " frames is too deep");
    }
    if (stacks[frame].length == 0) {
      makeFrame(frame);
    }
    depth = frame;
  }

  /** Begins to count the turns of {@code may_goto} loops of the function that begins. */
  public void startMayGoto() {
    mayGoto[depth] = MAY_GOTO_LOOPS;
  }

  /**
   * Counts a turn of a {@code may_goto} loop of the function under way.
   *
   * @return whether the loop is to end
   */
  public boolean mayNotGoOn() {
    if (mayGoto[depth] == 0) {
      return true;
    }
    mayGoto[depth]--;
    return false;
  }

  /**
   * The map that an address names.
   *
   * @throws Fault if it names none
   */
  public EngineMap map(long address) {
    int region = Address.region(address);
    if ((region & Address.KIND_MASK) == Address.MAP && Address.offset(address) == 0) {
      EngineMap map = surroundings.mapSlots().find(region & ~Address.KIND_MASK);
      if (map != null) {
        return map;
      }
    }
    throw new Fault("%#x is no address of a map".formatted(address));
  }

  /** Lends the program an array; the address of its first byte. */
  public long lend(byte[] memory) {
    if (lentCount == lent.length) {
      lent = Arrays.copyOf(lent, 2 * lentCount);
    }
    lent[lentCount] = memory;
    lentCount++;
    return Address.of(Address.LENT | lentCount - 1, 0);
  }

  /** Takes back what was lent at an address: later accesses fault. */
  public void takeBack(long address) {
    lent[Address.region(address) & ~Address.KIND_MASK] = new byte[0];
  }

  /**
   * Finds the memory at an address, for an access of a size. Sets {@link #located}.
   *
   * @param address the address
   * @param size bytes, 0 or more
   * @return the index in {@link #located}
   * @throws Fault if any of it lies outside of the region, or the region is not memory
   */
  public int locate(long address, int size) {
    int region = Address.region(address);
    int offset = Address.offset(address);
    if (region != Address.PACKET) {
      return locateOther(region, offset, size);
    }
    if (size < 0 || offset < packet.metaStart || (long) offset + size > packet.end) {
      throw outside("the packet", offset - packet.head, size, packet.held());
    }
    located = packet.bytes;
    return offset;
  }

  private int locateOther(int region, int offset, int size) {
    if (region == Address.CONTEXT) {
      throw new Fault("the context has fields and is no plain memory");
    }
    if (region >= Address.STACK && region < Address.STACK + MOST_FRAMES) {
      return within(stacks[region - Address.STACK], "the stack", offset, size);
    }
    int number = region & ~Address.KIND_MASK;
    int kind = region & Address.KIND_MASK;
    if (kind == Address.MAP_VALUE) {
      EngineMap map = surroundings.mapSlots().find(number);
      if (map == null) {
        throw new Fault("the map that this value was in is gone");
      }
      if (!map.holds(offset, size)) {
        throw outside("a value of map " + map.name(), offset, size, map.valueSize());
      }
      located = map.values();
      return offset;
    }
    if (kind == Address.LENT && number < lentCount) {
      return within(lent[number], "lent memory", offset, size);
    }
    throw new Fault(
        region == 0
            ? "%d is a number and no address".formatted(offset)
            : "%#x:%#x is no address of memory".formatted(region, offset));
  }

  private int within(byte[] memory, String what, int offset, int size) {
    if (size < 0 || offset < 0 || (long) offset + size > memory.length) {
      throw outside(what, offset, size, memory.length);
    }
    located = memory;
    return offset;
  }

  private static Fault outside(String what, int offset, int size, int length) {
    return new Fault(
        "access of %d bytes at %d is outside of %s, which has %d bytes"
            .formatted(size, offset, what, length));
  }
}
